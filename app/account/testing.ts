/** The page behind the mail that asks somebody to test an app. */
import { acceptTesting, findInvitation } from '~/domain/apps/testers'
import type { Acts } from '~/pages/acts'
import { describeRefusal } from '~/pages/form-answers'
import { ticketOf } from '~/pages/mailed-link'
import { DomainError } from '~/platform/errors'
import { changedSince, digestShown, readAgain, type ShownParts } from '~/platform/shown'
import type { AccountVisit, FormVisit } from './guard'
import { done } from './notices'

export const testingPage = (visit: AccountVisit, page: string) =>
  describeInvitation(visit, page).catch((error) => ({ problem: describeRefusal(error).message }))

async function describeInvitation({ ctx, user }: AccountVisit, page: string) {
  const { client, partner, tester } = await findInvitation(ctx, ticketOf(page))
  const app = { name: client.name, description: client.description, organization: partner.name }
  const isForThem = user.email?.toLowerCase() === tester.email
  return { problem: null, app, email: tester.email, isForThem, shown: digestShown(shownOf(app)) }
}

const shownOf = (app: object): ShownParts => ({ 'what the app or its makers say of it': app })

export type TestingPage = Awaited<ReturnType<typeof testingPage>>

export const testingActs = { accept: { by: 'everybody', fresh: false, run: accept } } satisfies Acts<FormVisit>

async function accept(visit: FormVisit) {
  const { ctx, user, page, form } = visit
  const changed = changedSince(form.get('shown'), shownOf((await describeInvitation(visit, page)).app))
  if (changed.length > 0) throw new DomainError('conflict', readAgain(changed))
  await acceptTesting(ctx, user, ticketOf(page))
  return done('/account/apps', 'testing-accepted')
}
