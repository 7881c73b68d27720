/** The page behind the mail that asks somebody to test an app. */
import { acceptTesting, findInvitation } from '~/domain/apps/testers'
import type { Acts } from '~/pages/acts'
import { describeRefusal } from '~/pages/form-answers'
import { ticketOf } from '~/pages/mailed-link'
import type { AccountVisit, FormVisit } from './guard'
import { done } from './notices'

export async function testingPage({ ctx, user }: AccountVisit, page: string) {
  return findInvitation(ctx, ticketOf(page)).then(
    ({ client, partner, tester }) => ({
      problem: null,
      app: { name: client.name, description: client.description, organization: partner.name },
      email: tester.email,
      isForThem: user.email?.toLowerCase() === tester.email,
    }),
    (error) => ({ problem: describeRefusal(error).message }),
  )
}

export type TestingPage = Awaited<ReturnType<typeof testingPage>>

export const testingActs = { accept: { by: 'everybody', fresh: false, run: accept } } satisfies Acts<FormVisit>

async function accept({ ctx, user, page }: FormVisit) {
  await acceptTesting(ctx, user, ticketOf(page))
  return done('/account/apps', 'testing-accepted')
}
