import type { AppContext } from '~/context'
import type { LimitName } from '~/domain/rate-limits/throttle'
import { DomainError } from '~/platform/errors'
import type { Write } from '~db/database'

/** Records what anybody can bring about at will: of many at a time only some. */
export async function recordSome(
  ctx: Pick<AppContext, 'db' | 'throttle'>,
  limit: LimitName,
  key: string,
  event: Write,
): Promise<void> {
  try {
    await ctx.throttle.take(limit, key)
  } catch (error) {
    if (error instanceof DomainError) return
    throw error
  }
  await ctx.db.run(event)
}
