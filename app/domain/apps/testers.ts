import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { testerMail } from '~/domain/mail/mails'
import { mailStep } from '~/domain/mail/outbox'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { hashSecret, newSecret } from '~/platform/secrets'
import { also, must, type Step } from '~db/database'
import {
  type AppDetails,
  acceptAppTester,
  deleteAppTester,
  findTesterInvitation,
  insertAppTester,
} from '~db/queries/apps'
import type { Client } from '~db/queries/clients'
import type { Partner } from '~db/queries/partners'
import { roomSteps, testersOfApp } from '~db/queries/room'
import type { User } from '~db/queries/users'
import { requireNotSuspended } from './require-not-suspended'

export const MAX_TESTERS = 100

/**
 * Names an address, which need not be known yet, and mails it the question. Whoever has it is a tester once they have said
 * yes: behind the link, or at the consent page.
 * @throws DomainError `not_allowed` while the app is suspended, `conflict` when it is named already, or as many are as may
 *   be, `throttled`
 */
export async function addTester(ctx: AppContext, { app, client, partner }: AppDetails, address: string): Promise<void> {
  requireNotSuspended(client)
  const email = normalizeLogin(address)
  await ctx.throttle.take('tester', app.partnerId)
  const full = () =>
    new DomainError('conflict', `An app has at most ${MAX_TESTERS} testers. Remove one first.`, { field: 'email' })
  const ticket = newSecret('tkt')
  const link = `${new URL('account/testing', ctx.config.issuer).href}?ticket=${ticket}`
  const mail = await testerMail(ctx, { to: email, appName: client.name, organization: partner.name, link })
  const tester = { clientId: client.clientId, email, userId: null, acceptedAt: null, createdAt: ctx.clock.now() }
  await ctx.db.atomically([
    ...roomSteps(testersOfApp(client.clientId), MAX_TESTERS, full),
    must(
      insertAppTester({ ...tester, ticketHash: hashSecret(ticket) }),
      () => new DomainError('conflict', 'This address is on the list already.', { field: 'email' }),
    ),
    also(testerEvent(ctx, 'app.tester-added', { app, client }, email)),
    await mailStep(ctx, mail),
  ])
}

const gone = () =>
  new DomainError(
    'expired',
    'This invitation was accepted already, or taken back. Ask the makers of the app for another.',
  )

/** The invitation behind a mailed link. @throws DomainError `expired` */
export async function findInvitation({ db }: Pick<AppContext, 'db'>, ticket: string) {
  const found = await findTesterInvitation(db, hashSecret(ticket))
  if (!found) throw gone()
  return found
}

/**
 * Makes a person the tester whom a mailed link names: having it proves the address.
 * @throws DomainError `expired`, `not_allowed` for an account of another address
 */
export async function acceptTesting(ctx: AppContext, user: User, ticket: string): Promise<{ name: string }> {
  const { tester, client, partner } = await findInvitation(ctx, ticket)
  if (user.email === null || normalizeLogin(user.email) !== tester.email) {
    throw new DomainError(
      'not_allowed',
      `This invitation is for ${tester.email}. Sign in with the account of that address.`,
    )
  }
  await acceptInvitation(ctx, { client, partner }, user)
  return client
}

/** Makes a person the tester whom their address names. @throws DomainError `expired` where it names nobody */
export const acceptInvitation = (ctx: AppContext, app: Named, user: User): Promise<void> =>
  ctx.db.atomically(acceptanceSteps(ctx, app, user, normalizeLogin(user.email ?? '')))

type Named = { client: Client; partner: Partner | undefined }

/** What makes somebody the tester whom an address names. @throws DomainError `expired`, when it is carried out */
export const acceptanceSteps = (
  ctx: AppContext,
  { client, partner }: Named,
  { userId }: User,
  email: string,
): Step[] => [
  must(acceptAppTester({ clientId: client.clientId, email, userId, at: ctx.clock.now() }), gone),
  also(
    auditEvent(ctx, 'app.tester-accepted', asClient(client), {
      clientId: client.clientId,
      partnerId: partner?.id,
      userId,
      details: { email },
    }),
  ),
]

/** Takes a tester off the list. @throws DomainError `not_found` when they are not on it */
export async function removeTester(ctx: AppContext, { app, client }: AppDetails, email: string): Promise<void> {
  await ctx.db.atomically([
    must(
      deleteAppTester(client.clientId, normalizeLogin(email)),
      () => new DomainError('not_found', 'This address is not on the list any more.'),
    ),
    also(testerEvent(ctx, 'app.tester-removed', { app, client }, normalizeLogin(email))),
  ])
}

const testerEvent = (
  ctx: AppContext,
  action: 'app.tester-added' | 'app.tester-removed',
  { app, client }: Pick<AppDetails, 'app' | 'client'>,
  email: string,
) =>
  auditEvent(ctx, action, asClient(client), { clientId: client.clientId, partnerId: app.partnerId, details: { email } })
