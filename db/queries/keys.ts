import { and, asc, eq, isNotNull, isNull, lte } from 'drizzle-orm'
import { type Handle, query, statement, write } from '../database'
import { rowPlaceholders } from './placeholders'

export type SigningKeyRow = Handle['t']['signingKeys']['$inferSelect']

export const listSigningKeys = query('list_signing_keys', ({ sql, t }) =>
  sql.select().from(t.signingKeys).where(isNull(t.signingKeys.revokedAt)).orderBy(asc(t.signingKeys.createdAt)),
)

/** With those that were revoked. */
export const listAllSigningKeys = query<Record<never, never>, SigningKeyRow>('list_all_signing_keys', ({ sql, t }) =>
  sql.select().from(t.signingKeys).orderBy(asc(t.signingKeys.createdAt)),
)

export const insertSigningKey = statement<SigningKeyRow>('insert_signing_key', ({ sql, t }) =>
  sql.insert(t.signingKeys).values(rowPlaceholders(t.signingKeys)),
)

/** The keys of an algorithm that sign stop at a moment. */
export const retireSigningKeys = (alg: SigningKeyRow['alg'], at: number) =>
  write(({ sql, t: { signingKeys: k } }) =>
    sql
      .update(k)
      .set({ retiredAt: at })
      .where(and(eq(k.alg, alg), isNotNull(k.activatedAt), isNull(k.retiredAt))),
  )

/** A key signs from a moment on; touches no row when that was settled before. */
export const activateSigningKey = (kid: string, at: number) =>
  write(({ sql, t: { signingKeys: k } }) =>
    sql
      .update(k)
      .set({ activatedAt: at })
      .where(and(eq(k.kid, kid), isNull(k.activatedAt), isNull(k.revokedAt))),
  )

/** Revokes a key that no longer signs; touches no row for any other. */
export const revokeSigningKey = (kid: string, at: number) =>
  write(({ sql, t: { signingKeys: k } }) =>
    sql
      .update(k)
      .set({ revokedAt: at })
      .where(and(eq(k.kid, kid), lte(k.retiredAt, at), isNull(k.revokedAt))),
  )
