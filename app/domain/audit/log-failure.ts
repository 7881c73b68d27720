import type { Log } from '~/platform/log'
import { outageIn } from '~db/database'

/** Logs what failed: an outage of the database by itself, whatever met it, and everything else as a fault of ours. */
export function logFailure(log: Log, error: unknown, message: string, about: Record<string, unknown> = {}): void {
  const outage = outageIn(error)
  if (outage) log.warn({ err: outage }, 'the database cannot be used')
  else log.error({ ...about, err: error }, message)
}
