import pino, { type Logger, type LoggerOptions } from 'pino'

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

/**
 * JSON lines on standard error. Errors are written without what a failed query was given as parameters. A log that
 * cannot be written, on a full disk, stops nothing: its lines are lost.
 */
export function createLog(level: string): Log {
  const destination = pino.destination({ dest: 2, sync: false })
  destination.on('error', () => {})
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
      serializers: { err: serializeError },
      hooks: { logMethod: sameErrorOnceASecond() },
    },
    destination,
  )
}

/** What fails every request in the same way is written once a second, so that it fills no disk. */
function sameErrorOnceASecond(): LogMethod {
  let second = 0
  const written = new Set<string>()
  return function logMethod(args, method) {
    const { err } = args[0] as { err?: unknown }
    if (err instanceof Error) {
      const now = Math.floor(performance.now() / 1000)
      if (now !== second) written.clear()
      second = now
      const key = `${args[1]} ${nameOf(err)}`
      if (written.has(key)) return
      written.add(key)
    }
    method.apply(this, args)
  }
}

const nameOf = ({ name, message, query, cause }: LoggedError): string =>
  `${name} ${query ?? message} ${cause instanceof Error ? nameOf(cause) : ''}`

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>
type LoggedError = Error & { code?: string; query?: string; cause?: unknown }

/** drizzle puts the parameters of a failed query into the message: only its first line, the statement, is kept. */
export function serializeError(error: LoggedError): object {
  const cause = error.cause instanceof Error ? serializeError(error.cause) : undefined
  if (error.query !== undefined) return { type: error.name, message: 'a query failed', query: error.query, cause }
  // Not called `code`, which is that of an authorization wherever it stands.
  return { type: error.name, message: error.message, reason: error.code, stack: error.stack, cause }
}
