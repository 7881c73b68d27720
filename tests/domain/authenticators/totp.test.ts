import { expect, it } from 'vitest'
import { confirmTotpEnrolment, hasAuthenticator, startTotpEnrolment } from '~/domain/authenticators/enrol-totp'
import { replaceRecoveryCodes } from '~/domain/authenticators/recovery-codes'
import { removeTotp } from '~/domain/authenticators/remove-totp'
import { verifySecondFactor } from '~/domain/authenticators/verify-second-factor'
import { startSession } from '~/domain/sessions/sessions'
import { MINUTE, SECOND } from '~/platform/durations'
import { totpCode } from '~/platform/totp'
import { countUnusedRecoveryCodes, listAuthenticators } from '~db/queries/authenticators'
import { freshTenant } from '~tests/admin/fixtures'
import { seedOf } from '~tests/support/authenticator'

async function enrolled() {
  const tenant = await freshTenant()
  const { owner } = tenant
  const { secret } = await startTotpEnrolment(tenant.ctx, owner)
  const hex = seedOf(secret)
  const code = () => totpCode(hex, tenant.clock.now())
  const recoveryCodes = await confirmTotpEnrolment(tenant.ctx, owner, await code())
  return { ...tenant, owner, hex, code, recoveryCodes }
}

it('the seed is stored encrypted, is shown again until it is confirmed, and then no more', async () => {
  const { ctx, owner, clock } = await freshTenant()
  const first = await startTotpEnrolment(ctx, owner)
  const [row] = await listAuthenticators(ctx.db, { userId: owner.userId })
  expect(row?.encryptedSecret).not.toContain(first.secret)
  expect(row?.encryptedSecret).not.toContain(seedOf(first.secret))
  for (const wrong of ['000000', 'éééééé', '１２３４５６'])
    await expect(confirmTotpEnrolment(ctx, owner, wrong)).rejects.toMatchObject({ code: 'wrong_credentials' })
  expect((await startTotpEnrolment(ctx, owner)).secret).toBe(first.secret)
  expect(await hasAuthenticator(ctx, owner.userId)).toBe(false)
  const codes = await confirmTotpEnrolment(ctx, owner, await totpCode(seedOf(first.secret), clock.now()))
  expect(new Set(codes).size).toBe(10)
  await expect(startTotpEnrolment(ctx, owner)).rejects.toMatchObject({ code: 'conflict' })
})

it('a seed that nobody confirmed within an hour is replaced', async () => {
  const { ctx, owner, clock } = await freshTenant()
  const { secret } = await startTotpEnrolment(ctx, owner)
  clock.advance(61 * MINUTE)
  expect((await startTotpEnrolment(ctx, owner)).secret).not.toBe(secret)
})

it('a code works once (RFC 6238 §5.2), also the one of the enrolment', async () => {
  const { ctx, owner, clock, code } = await enrolled()
  await expect(verifySecondFactor(ctx, owner, await code())).rejects.toMatchObject({ code: 'wrong_credentials' })
  clock.advance(30 * SECOND)
  expect(await verifySecondFactor(ctx, owner, await code())).toBe('otp')
  await expect(verifySecondFactor(ctx, owner, await code())).rejects.toMatchObject({ code: 'wrong_credentials' })
})

it('a code that is sent several times at once is taken once', async () => {
  const { ctx, owner, clock, code } = await enrolled()
  clock.advance(30 * SECOND)
  const right = await code()
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => verifySecondFactor(ctx, owner, right)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('after five wrong codes even the right one is refused for a while', async () => {
  const { ctx, owner, clock, code } = await enrolled()
  clock.advance(30 * SECOND)
  const wrong = String((Number(await code()) + 1) % 1_000_000).padStart(6, '0')
  const outcomes = []
  for (let attempt = 0; attempt < 20; attempt += 1) {
    outcomes.push(await verifySecondFactor(ctx, owner, wrong).catch((error) => error.code))
  }
  expect(outcomes.slice(0, 5)).toEqual(Array(5).fill('wrong_credentials'))
  expect(new Set(outcomes.slice(5))).toEqual(new Set(['throttled']))
  await expect(verifySecondFactor(ctx, owner, await code())).rejects.toMatchObject({ code: 'throttled' })
})

it('wrong codes that are sent at once do not share an attempt', async () => {
  const { ctx, owner, clock } = await enrolled()
  clock.advance(30 * SECOND)
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => verifySecondFactor(ctx, owner, 'abcdef')))
  const looked = results.filter((result) => result.status === 'rejected' && result.reason.code === 'wrong_credentials')
  expect(looked.length).toBeLessThanOrEqual(5)
})

it('a recovery code works once, in any spelling, and not for somebody else', async () => {
  const { ctx, owner, recoveryCodes } = await enrolled()
  const [first = '', second = ''] = recoveryCodes
  expect(await verifySecondFactor(ctx, owner, ` ${first.toUpperCase().replaceAll('-', ' ')} `)).toBe('recovery')
  await expect(verifySecondFactor(ctx, owner, first)).rejects.toMatchObject({ code: 'wrong_credentials' })
  const somebody = { ...owner, userId: 'auth0|somebody' }
  await expect(verifySecondFactor(ctx, somebody, second)).rejects.toMatchObject({ code: 'wrong_credentials' })
  expect(await countUnusedRecoveryCodes(ctx.db, owner.userId)).toBe(9)
})

it('new recovery codes end the old ones', async () => {
  const { ctx, owner, clock, code, recoveryCodes } = await enrolled()
  clock.advance(30 * SECOND)
  const codes = await replaceRecoveryCodes(ctx, owner, await code())
  await expect(verifySecondFactor(ctx, owner, recoveryCodes[0] ?? '')).rejects.toMatchObject({
    code: 'wrong_credentials',
  })
  expect(await verifySecondFactor(ctx, owner, codes[0] ?? '')).toBe('recovery')
})

it('an authenticator is removed with its recovery codes, by a code only', async () => {
  const { ctx, owner, clock, code } = await enrolled()
  const proof = { user: owner, connectionId: 'con', amr: ['pwd', 'otp'] }
  const { session } = await startSession(ctx, 'admin', proof)
  await expect(removeTotp(ctx, { user: owner, session }, '123456')).rejects.toMatchObject({ code: 'wrong_credentials' })
  clock.advance(30 * SECOND)
  await removeTotp(ctx, { user: owner, session }, await code())
  expect(await hasAuthenticator(ctx, owner.userId)).toBe(false)
  expect(await countUnusedRecoveryCodes(ctx.db, owner.userId)).toBe(0)
})
