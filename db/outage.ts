/** Which errors of either database say that it cannot be used for the moment, and not that a statement is wrong. */
import { DatabaseError } from 'pg'

/** A server that hangs is an outage too: nobody waits longer for a connection, or for a statement (milliseconds). */
export const CONNECTION_WITHIN = 4_000
export const STATEMENT_WITHIN = 4_500

/**
 * The database cannot be used for the moment: it is down or restarts, has no connection free, does not answer, or is
 * read-only. Nothing was acknowledged; the same request can be made again.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/**
 * Classes and codes of PostgreSQL, appendix A: connection exceptions, a user or database that is refused, insufficient
 * resources, operator intervention, system errors, and writing to a server that has become read-only.
 */
const POSTGRES_OUTAGE = /^(08|28|3D|53|57|58|25006)/

/** Locked by another program, without space, or not to be written (https://sqlite.org/rescode.html). */
const SQLITE_OUTAGE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|PROTOCOL)/

/** What the driver of PostgreSQL has thrown. Whatever the server itself did not say is a lost or missing connection. */
export function fromPostgres(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError) return error
  if (error instanceof DatabaseError && !POSTGRES_OUTAGE.test(error.code ?? '')) return error
  return new DatabaseUnavailable('The database cannot be used for the moment.', { cause: error })
}

/** What of an error, or of what caused it, is an outage of the database; `undefined` where it is something else. */
export function outageIn(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  const isOutage = error instanceof DatabaseUnavailable || SQLITE_OUTAGE.test(String(code))
  return isOutage ? error : outageIn(error.cause)
}

export const isOutage = (error: unknown): boolean => outageIn(error) !== undefined
