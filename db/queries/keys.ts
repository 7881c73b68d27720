import { and, asc, eq, isNull } from 'drizzle-orm'
import { type Handle, query, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type SigningKeyRow = Handle['t']['signingKeys']['$inferSelect']

export const listSigningKeys = query('list_signing_keys', ({ sql, t }) =>
  sql.select().from(t.signingKeys).where(isNull(t.signingKeys.revokedAt)).orderBy(asc(t.signingKeys.createdAt)),
)

export const insertSigningKey = statement<SigningKeyRow>('insert_signing_key', ({ sql, t }) =>
  sql.insert(t.signingKeys).values(rowPlaceholders(t.signingKeys)),
)

/** The keys of an algorithm that sign, and those that were to, stop at a moment. */
export const retireSigningKeys = (alg: SigningKeyRow['alg'], at: number) =>
  write(({ sql, t }) =>
    sql
      .update(t.signingKeys)
      .set({ retiredAt: at })
      .where(and(eq(t.signingKeys.alg, alg), isNull(t.signingKeys.retiredAt))),
  )
