import { asc, isNull } from 'drizzle-orm'
import { type Handle, query, statement } from '../database'
import { rowPlaceholders } from './placeholders'

export type SigningKeyRow = Handle['t']['signingKeys']['$inferSelect']

export const listSigningKeys = query('list_signing_keys', ({ sql, t }) =>
  sql.select().from(t.signingKeys).where(isNull(t.signingKeys.revokedAt)).orderBy(asc(t.signingKeys.createdAt)),
)

export const insertSigningKey = statement<SigningKeyRow>('insert_signing_key', ({ sql, t }) =>
  sql.insert(t.signingKeys).values(rowPlaceholders(t.signingKeys)),
)
