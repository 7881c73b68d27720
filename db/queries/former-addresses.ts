/** What stands in rows under an address of the program, and follows it when the address changes. */
import { and, eq, or, sql as raw } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { type Handle, type Write, write } from '../database'

type Move = { from: string; to: string }

/** The writes that put one audience in place of another, wherever rows name it. */
export const moveAudience = (move: Move): Write[] => [
  deleteGrantsWithTwin(move),
  deleteClientGrantsWithTwin(move),
  ...COLUMNS.map((of) => write((handle) => setAudience(handle, of, move))),
  write(({ sql, t: { clients: c } }) =>
    sql
      .update(c)
      .set({ scopeRequests: replaced(c.scopeRequests, move) })
      .where(holds(c.scopeRequests, move)),
  ),
  write(({ sql, t: { appVersions: v } }) =>
    sql
      .update(v)
      .set({ manifest: replaced(v.manifest, move), sentBackManifest: replaced(v.sentBackManifest, move) })
      .where(or(holds(v.manifest, move), holds(v.sentBackManifest, move))),
  ),
  write(({ sql, t: { authorizationRequests: r } }) =>
    sql
      .update(r)
      .set({ params: replaced(r.params, move) })
      .where(holds(r.params, move)),
  ),
  write(({ sql, t: { pushedRequests: r } }) =>
    sql
      .update(r)
      .set({ params: replaced(r.params, move) })
      .where(holds(r.params, move)),
  ),
  write(({ sql, t: { tenantSettings: s } }) =>
    sql.update(s).set({ defaultAudience: move.to }).where(eq(s.defaultAudience, move.from)),
  ),
  write(({ sql, t: { resourceServers: r } }) =>
    sql
      .update(r)
      .set({ identifier: move.to })
      .where(and(eq(r.identifier, move.from), eq(r.isSystem, true))),
  ),
]

const COLUMNS = ['grants', 'clientGrants', 'authorizationCodes', 'deviceCodes', 'tokenFamilies', 'mfaTokens'] as const

function setAudience({ sql, t }: Handle, of: (typeof COLUMNS)[number], { from, to }: Move) {
  // All of them have the column; a union of tables is nothing that the builder could take.
  const table = t[of] as Handle['t']['tokenFamilies']
  return sql.update(table).set({ audience: to }).where(eq(table.audience, from))
}

/** A text as a whole, as JSON writes it: the quotation marks keep longer texts as they are. */
const replaced = (column: AnyPgColumn, { from, to }: Move) =>
  raw`json(replace(cast(${column} as text), ${JSON.stringify(from)}, ${JSON.stringify(to)}))`

const holds = (column: AnyPgColumn, { from }: Move) => raw`cast(${column} as text) like ${`%${JSON.stringify(from)}%`}`

/** What was allowed under the new address already counts in place of what was under the old one. */
const deleteGrantsWithTwin = ({ from, to }: Move): Write =>
  write(({ sql, t: { grants: g } }) =>
    sql
      .delete(g)
      .where(
        and(
          eq(g.audience, from),
          raw`(${g.userId}, ${g.clientId}) in (select user_id, client_id from ${g} where audience = ${to})`,
        ),
      ),
  )

const deleteClientGrantsWithTwin = ({ from, to }: Move): Write =>
  write(({ sql, t: { clientGrants: g } }) =>
    sql
      .delete(g)
      .where(
        and(
          eq(g.audience, from),
          raw`(${g.clientId}, ${g.subjectType}) in (select client_id, subject_type from ${g} where audience = ${to})`,
        ),
      ),
  )
