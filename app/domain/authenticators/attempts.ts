import type { AppContext } from '~/context'
import { DomainError } from '~/platform/errors'

/**
 * Takes one of a person's attempts before the code is looked at: attempts made at once cannot share one. A success gives
 * all of them back. Six digits fall to guessing otherwise.
 * @throws DomainError `throttled`
 */
export const takeAttempt = (ctx: Pick<AppContext, 'throttle'>, userId: string): Promise<void> =>
  ctx.throttle.take('one-time-code', userId)

export const wrongCode = (): DomainError =>
  new DomainError(
    'wrong_credentials',
    'This code is not right, or was used already. Wait for the next one in your authenticator app and enter it.',
    { field: 'code' },
  )
