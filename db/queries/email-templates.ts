import { eq, sql as raw } from 'drizzle-orm'
import { type Database, type Handle, query, write } from '../database'

export type EmailTemplate = Handle['t']['emailTemplates']['$inferSelect']

const templateByName = query<{ template: string }, EmailTemplate>(
  'find_email_template',
  ({ sql, t: { emailTemplates: e } }) =>
    sql
      .select()
      .from(e)
      .where(eq(e.template, raw.placeholder('template'))),
)
export const findEmailTemplate = async (db: Database, template: string) => (await templateByName(db, { template }))[0]

/** Touches no row where there is one of the name. */
export const insertEmailTemplate = (row: EmailTemplate) =>
  write(({ sql, t }) => sql.insert(t.emailTemplates).values(row).onConflictDoNothing())

export const updateEmailTemplate = (row: EmailTemplate) =>
  write(({ sql, t: { emailTemplates: e } }) => sql.update(e).set(row).where(eq(e.template, row.template)))
