import { MINUTE } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import * as secondFactor from '~/routes/admin.second-factor'
import * as signIn from '~/routes/admin.sign-in'
import { seedOf } from '~tests/support/authenticator'
import { createSubmittedApp, requireApp } from '~tests/support/fixtures'
import { createPartner, findOwner } from '~tests/support/people'
import { createTestServices, type TestServices } from '~tests/support/services'
import { OWNER } from '~tests/support/test-environment'
import { openVisitor } from '~tests/support/visitor'

/** A tenant with one owner, in whose name `ctx` acts. */
export async function freshTenant(env: Record<string, string> = {}) {
  const services = await createTestServices({ env })
  const person = await findOwner(services)
  return { services, clock: services.clock, mails: services.mailer.sent, person, owner: person.user, ctx: person.ctx }
}

export type Tenant = Awaited<ReturnType<typeof freshTenant>>

/** A partner with an app that waits for a review; some time passes before and after the submission. */
export async function submittedApp(
  { services }: Pick<Tenant, 'services'>,
  given: Parameters<typeof createSubmittedApp>[1] = {},
) {
  const partnerPerson = await createPartner(services)
  services.clock.advance(MINUTE)
  const { clientId, versionId } = await createSubmittedApp(partnerPerson, given)
  services.clock.advance(MINUTE)
  const { proposed } = await requireApp(services, clientId)
  if (!proposed) throw new Error('the app has no proposal')
  const { ctx: partnerCtx, user, partner } = partnerPerson
  return { clientId, versionId, version: proposed, partnerPerson, partnerCtx, user, partner }
}

/** A browser in which the owner has given the password, and no more. */
export async function openHalfWay(services: TestServices) {
  const visitor = openVisitor(services)
  const answer = await visitor.send(signIn, '/admin/sign-in', { username: OWNER.email, password: OWNER.password })
  if (answer.status !== 302) throw new Error(`the owner could not sign in: ${JSON.stringify(answer.value)}`)
  return visitor
}

/** A browser in which the owner has set up the second factor at the first sign-in. */
export async function openEnrolled(services: TestServices) {
  const visitor = await openHalfWay(services)
  const page = await visitor.load(secondFactor, '/admin/second-factor')
  const { enrolment } = page.value as { enrolment: { secret: string } }
  const hex = seedOf(enrolment.secret)
  const answer = await visitor.send(secondFactor, '/admin/second-factor', {
    code: await totpCode(hex, services.clock.now()),
  })
  const { recoveryCodes } = answer.value as { recoveryCodes: string[] }
  return { visitor, hex, recoveryCodes }
}
