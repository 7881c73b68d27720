import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { normalizeLogin } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import { also, must } from '~db/database'
import { type AppDetails, deleteAppTester, insertAppTester } from '~db/queries/apps'
import { roomSteps, testersOfApp } from '~db/queries/room'

export const MAX_TESTERS = 100

/**
 * Lets the end user with this address use an app that is not approved. The address need not be known yet.
 * @throws DomainError `conflict` when it is a tester's already, or there are as many as there may be
 */
export async function addTester(ctx: AppContext, { app, client }: AppDetails, address: string): Promise<void> {
  const email = normalizeLogin(address)
  const full = () =>
    new DomainError('conflict', `An app has at most ${MAX_TESTERS} testers. Remove one first.`, { field: 'email' })
  await ctx.db.atomically([
    ...roomSteps(testersOfApp(client.clientId), MAX_TESTERS, full),
    must(
      insertAppTester({ clientId: client.clientId, email, createdAt: ctx.clock.now() }),
      () => new DomainError('conflict', 'This address is a tester already.', { field: 'email' }),
    ),
    also(testerEvent(ctx, 'app.tester-added', { app, client }, email)),
  ])
}

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
