import pino, { type Logger, type LoggerOptions } from 'pino'
import { SECOND } from './durations'
import { createLogOutput } from './log-output'
import type { Metrics } from './metrics'
import { networkOf } from './network'

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
  const output = createLogOutput(2, (lines) => `{"level":40,"lines":${lines},"msg":"lines of the log were lost"}\n`)
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
      serializers: { err: serializeError },
      hooks: { logMethod: sameErrorOnceASecond() },
    },
    output,
  )
}

/**
 * What fails every request in the same way is written once, and after a second how often it came again, so that it
 * fills no disk.
 */
function sameErrorOnceASecond(): LogMethod {
  const again = new Map<string, number>()
  return function logMethod(args, method) {
    const [about, message] = args as unknown as [{ err?: unknown }, string]
    if (!(about.err instanceof Error)) return method.apply(this, args)
    const { name } = about.err
    const key = `${message} ${nameOf(about.err)}`
    const before = again.get(key)
    again.set(key, (before ?? -1) + 1)
    if (before !== undefined) return
    method.apply(this, args)
    setTimeout(() => {
      const times = again.get(key) ?? 0
      again.delete(key)
      if (times > 0) method.apply(this, [{ type: name, times }, `${message}, again`])
    }, SECOND).unref()
  }
}

const nameOf = ({ name, message, query, cause }: LoggedError): string =>
  `${name} ${query ?? message} ${cause instanceof Error ? nameOf(cause) : ''}`

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>
export type LoggedError = Error & { code?: string; query?: string; cause?: unknown }

/** drizzle puts the parameters of a failed query into the message: only the statement is kept. */
export function serializeError(error: LoggedError): object {
  // Anything can be thrown, and be what a promise is rejected with.
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const cause = error.cause instanceof Error ? serializeError(error.cause) : undefined
  if (error.query !== undefined) return { type: error.name, message: 'a query failed', query: error.query, cause }
  // Not called `code`, which is that of an authorization wherever it stands.
  const reason = error.code
  if (namesValues(error)) return { type: error.name, message: 'a value was refused', reason, cause }
  return { type: error.name, message: error.message, reason, stack: error.stack, cause }
}

/** The errors of PostgreSQL about data repeat the value in their message (appendix A, class 22). */
export const namesValues = ({ code }: LoggedError): boolean => typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code)

type Refusing = { log: Log; metrics: Pick<Metrics, 'refused'>; request: { id: string; ip: string | undefined } }

/** One line, and one more in the count, for a request that was refused, at any door: whose, where, why. */
export function logRefusal(
  { log, metrics, request: { id, ip } }: Refusing,
  refusal: { endpoint: string; clientId: string | undefined; error: string; cause?: string; detail?: string },
): void {
  metrics.refused.inc({ error: refusal.error })
  log.info({ requestId: id, ...refusal, network: networkOf(ip) }, 'a request was refused')
}
