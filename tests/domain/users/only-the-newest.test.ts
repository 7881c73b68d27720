/** Several nodes are asked at the same moment for something of which there is one: one is left. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { AppContext } from '~/context'
import { confirmTotpEnrolment, startTotpEnrolment } from '~/domain/authenticators/enrol-totp'
import { importTotp, resetRecoveryCode } from '~/domain/authenticators/manage-second-factor'
import { rotateClientSecret } from '~/domain/clients/client-secrets'
import { rotateSigningKey, stateOfKey } from '~/domain/keys/signing-keys'
import { inviteToTeam } from '~/domain/teams/invite'
import { findLiveInvitation } from '~/domain/teams/join'
import { blockUser } from '~/domain/users/block-user'
import { findPasswordReset, requestPasswordReset } from '~/domain/users/reset-password'
import { findVerification, resendVerificationMail } from '~/domain/users/verify-email'
import { webhookSecrets } from '~/domain/webhooks/receiver-secrets'
import { createWebhook, type NewWebhook, rotateWebhookSecret } from '~/domain/webhooks/webhooks'
import { DAY } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import { countUnusedRecoveryCodes, listAuthenticators } from '~db/queries/authenticators'
import { listLiveClientSecrets } from '~db/queries/client-secrets'
import { listDomainConnections } from '~db/queries/connections'
import { findEventReceiver } from '~db/queries/event-receivers'
import { listSigningKeys } from '~db/queries/keys'
import { insertTenantMember } from '~db/queries/teams'
import { seedOf } from '~tests/support/authenticator'
import { visitorContext } from '~tests/support/context'
import { createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, createPartner, findOwner, type Person } from '~tests/support/people'
import { createTestServices, openSecondNode, type TestServices } from '~tests/support/services'
import { linkIn } from '~tests/support/test-mailer'

let nodes: [TestServices, TestServices]

beforeAll(async () => {
  const first = await createTestServices()
  nodes = [first, await openSecondNode(first)]
})

const MANY = 6

/** The same at both nodes, at once, by one person; what is refused is refused. */
const atOnce = (person: Person, what: (ctx: AppContext) => Promise<unknown>) =>
  Promise.allSettled(
    Array.from({ length: MANY }, (_, n) =>
      what(visitorContext(nodes[(n % 2) as 0 | 1], { actor: { type: 'user', id: person.user.userId, name: 'N' } })),
    ),
  )

/** How many of the links that were mailed to an address work. */
async function working(email: string, works: (ticket: string) => Promise<unknown>): Promise<number> {
  const sent = nodes[0].mailer.sent.filter(({ to }) => to === email)
  const found = await Promise.all(
    sent.map((mail) => works(linkIn(mail).searchParams.get('ticket') ?? '').catch(() => undefined)),
  )
  expect(found.length).toBeGreaterThan(1)
  return found.filter((one) => one !== undefined).length
}

describe('one is left of', () => {
  it('links for a new password', async () => {
    const person = await createEndUser(nodes[0], { isVerified: true })
    const connections = await listDomainConnections(nodes[0].db, {})
    await atOnce(person, (ctx) => requestPasswordReset(ctx, connections, person.email, '/u/reset-password'))
    expect(await working(person.email, (ticket) => findPasswordReset(visitorContext(nodes[0]), ticket))).toBe(1)
  })

  it('links that confirm an address', async () => {
    const person = await createEndUser(nodes[0])
    await atOnce(person, (ctx) => resendVerificationMail(ctx, person.user, { page: '/account/verify-email' }))
    expect(await working(person.email, (ticket) => findVerification(visitorContext(nodes[0]), ticket))).toBe(1)
  })

  it('invitations of an address', async () => {
    const owner = await createPartner(nodes[0])
    const invitation = { email: 'finn@example.com', role: 'developer' } as const
    await atOnce(owner, (ctx) => inviteToTeam(ctx, { of: 'partner', partner: owner.partner }, invitation))
    expect(await working(invitation.email, (ticket) => findLiveInvitation(nodes[0], 'portal', ticket))).toBe(1)
  })

  it('second factors that are set up, with the recovery codes of that one', async () => {
    const person = await createEndUser(nodes[0])
    const outcomes = await atOnce(person, async (ctx) => {
      const { secret } = await startTotpEnrolment(ctx, person.user)
      return confirmTotpEnrolment(ctx, person.user, await totpCode(seedOf(secret), ctx.clock.now()))
    })
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
    const { userId } = person.user
    const confirmed = (await listAuthenticators(nodes[0].db, { userId })).filter((one) => one.confirmedAt !== null)
    expect(confirmed).toHaveLength(1)
    expect(await countUnusedRecoveryCodes(nodes[0].db, userId)).toBe(10)
  })

  it('second factors that programs bring, and recovery codes that they make', async () => {
    const person = await createEndUser(nodes[0])
    await atOnce(person, (ctx) => importTotp(ctx, person.user, { secret: 'JBSWY3DPEHPK3PXP' }))
    const { userId } = person.user
    expect(await listAuthenticators(nodes[0].db, { userId })).toHaveLength(1)
    await atOnce(person, (ctx) => resetRecoveryCode(ctx, person.user))
    expect(await countUnusedRecoveryCodes(nodes[0].db, userId)).toBe(1)
  })

  it('secrets of a client', async () => {
    const owner = await findOwner(nodes[0])
    const { client, clientId } = await createThirdPartyClient(nodes[0])
    await atOnce(owner, (ctx) => rotateClientSecret(ctx, client, { overlapHours: 0 }))
    expect(await listLiveClientSecrets(nodes[0].db, { clientId, now: nodes[0].clock.now() })).toHaveLength(1)
  })

  it('secrets of a webhook: whoever is told one has the one that signs', async () => {
    const owner = await findOwner(nodes[0])
    const given = { name: 'W', url: 'https://w.example/', events: ['app.approved'] } satisfies NewWebhook
    const { webhook } = await createWebhook(owner.ctx, given)
    const told: string[] = []
    await atOnce(owner, async (ctx) => told.push((await rotateWebhookSecret(ctx, webhook, 0)).secret))
    const today = await findEventReceiver(nodes[0].db, 'webhook', webhook.id)
    expect(told).toEqual(today && [(await webhookSecrets(owner.ctx, today)).secret])
  })

  it('next keys that are published, and keys that sign', async () => {
    const owner = await findOwner(nodes[0])
    nodes[0].clock.advance(DAY)
    await atOnce(owner, (ctx) => rotateSigningKey(ctx, 'RS256'))
    const now = nodes[0].clock.now()
    const states = (await listSigningKeys(nodes[0].db, {})).flatMap((row) =>
      row.alg === 'RS256' ? stateOfKey(row, now) : [],
    )
    expect(states.toSorted()).toEqual(['current', 'next', 'previous'])
  })

  it('owners of the tenant who block each other', async () => {
    const owner = await findOwner(nodes[0])
    const other = await createPartner(nodes[0])
    await nodes[0].db.run(insertTenantMember({ userId: other.user.userId, role: 'owner', createdAt: 0 }))
    const pair = [owner, other].map(({ user }) => user.userId)
    const outcomes = await Promise.allSettled(
      nodes.map((node, n) =>
        blockUser(visitorContext(node, { actor: { type: 'user', id: pair[n] ?? '', name: 'N' } }), pair[1 - n] ?? ''),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
