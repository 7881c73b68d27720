import pino, { type Logger } from 'pino'

export type Log = Logger

/** What must never be written, wherever in a logged object it stands. */
const SECRET_FIELDS = [
  'password',
  'secret',
  'client_secret',
  'code',
  'code_verifier',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'authorization',
  'cookie',
  'ticket',
  'parameters',
  'params',
]

/** JSON lines on standard error. Errors are written without what a failed query was given as parameters. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
      serializers: { err: serializeError },
    },
    pino.destination({ dest: 2, sync: false }),
  )
}

/** drizzle puts the parameters of a failed query into the message: only its first line, the statement, is kept. */
function serializeError(error: Error & { code?: string; query?: string; cause?: unknown }): object {
  const cause = error.cause instanceof Error ? serializeError(error.cause) : undefined
  if (error.query !== undefined) return { type: error.name, message: 'a query failed', query: error.query, cause }
  return { type: error.name, message: error.message, code: error.code, stack: error.stack, cause }
}
