import { redirect } from '@remix-run/node'
import type { AppContext } from '~/context'
import { findWayOn } from '~/domain/users/ticket-links'
import { verifyEmail } from '~/domain/users/verify-email'
import { describeRefusal } from '~/pages/form-answers'

/** An app that a person is offered to go on to. */
export type AppToGoOnTo = { name: string; uri: string }

export type VerificationResult = { email: string | null; app: AppToGoOnTo | null } | { refusal: string }

/**
 * Confirms the address whose link somebody has followed.
 * @throws a redirect to where the program that made the link wants them
 */
export async function followVerificationLink(
  ctx: AppContext,
  ticket: string,
): Promise<{ result: VerificationResult; status: number }> {
  const { email, problem } = await verifyEmail(ctx, ticket).then(
    (user) => ({ email: user.email, problem: undefined }),
    (error) => ({ email: null, problem: describeRefusal(error) }),
  )
  const message = problem?.message ?? 'Your address is confirmed.'
  const wayOn = await findWayOn(ctx, 'verify-email', ticket, { success: !problem, message })
  if (wayOn?.redirect) throw redirect(wayOn.redirect)
  if (problem) return { result: { refusal: message }, status: problem.status }
  return { result: { email, app: wayOn?.offer ?? null }, status: 200 }
}
