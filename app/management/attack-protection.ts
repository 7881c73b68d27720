import { z } from 'zod'
import type { AppContext } from '~/context'
import { networkRange } from '~/domain/tenant/tenant-fields'
import { type SettingsChange, updateSettings } from '~/domain/tenant/update-settings'
import { findTenantSettings, type TenantSettings } from '~db/queries/tenant'
import { endpoint } from './endpoint'

const path = '/api/v2/attack-protection'
const tag = 'Attack protection'
const DAY = 86_400_000

const allowlist = z.array(networkRange).max(100).describe('Addresses and networks that are not counted.')

const bruteForce = z.object({
  enabled: z.boolean(),
  shields: z.array(z.enum(['block', 'user_notification'])),
  allowlist,
  mode: z.enum(['count_per_identifier', 'count_per_identifier_and_ip']),
  max_attempts: z.int().min(1).max(100),
})

const attemptRate = z.object({
  max_attempts: z.int().min(1).max(10_000),
  rate: z.int().min(1).max(DAY).describe('Milliseconds in which an attempt comes back.'),
})

const suspiciousIp = z.object({
  enabled: z.boolean(),
  shields: z.array(z.literal('block')),
  allowlist,
  stage: z.object({ 'pre-login': attemptRate, 'pre-user-registration': attemptRate }),
})

/** A new password that is on the list is refused everywhere, whatever the tenant says. */
const alwaysBlocked = z.strictObject({ shields: z.tuple([z.literal('block')]) })

const breachedPassword = z.object({
  enabled: z.boolean(),
  shields: z
    .array(z.enum(['block', 'user_notification']))
    .describe('Of a sign-in with a password that is on the list.'),
  admin_notification_frequency: z.array(z.string()).max(0),
  method: z.literal('standard'),
  stage: z.object({ 'pre-user-registration': alwaysBlocked, 'pre-change-password': alwaysBlocked }),
})

const serializeBreached = ({ breachedPasswordDetection }: TenantSettings): z.input<typeof breachedPassword> => ({
  ...breachedPasswordDetection,
  admin_notification_frequency: [],
  method: 'standard',
  stage: { 'pre-user-registration': { shields: ['block'] }, 'pre-change-password': { shields: ['block'] } },
})

const withoutRepeats = <Item>(list: Item[] | undefined) => (list === undefined ? {} : { shields: [...new Set(list)] })

/** Reads and changes one kind of protection. */
const protection = <Answer extends z.ZodObject, Body extends z.ZodType>(
  name: string,
  {
    answer,
    body,
    serialize,
    changeOf,
  }: {
    answer: Answer
    body: Body
    serialize(settings: TenantSettings): z.input<Answer>
    changeOf(body: z.output<Body>, before: TenantSettings): SettingsChange
  },
) => [
  endpoint({
    method: 'GET',
    path: `${path}/${name}`,
    summary: `Get ${name.replaceAll('-', ' ')}`,
    tag,
    scopes: ['read:attack_protection'],
    answer,
    run: async ({ db }) => serialize(await findTenantSettings(db)),
  }),
  endpoint({
    method: 'PATCH',
    path: `${path}/${name}`,
    summary: `Update ${name.replaceAll('-', ' ')}`,
    tag,
    scopes: ['update:attack_protection'],
    body,
    answer,
    run: async (ctx: AppContext, { body }: { body: z.output<Body> }) =>
      serialize(await updateSettings(ctx, (before) => changeOf(body, before))),
  }),
]

export const attackProtectionEndpoints = [
  ...protection('brute-force-protection', {
    answer: bruteForce,
    body: bruteForce.partial().strict(),
    serialize: ({ bruteForceProtection }) => bruteForceProtection,
    changeOf: (body, { bruteForceProtection }) => ({
      bruteForceProtection: { ...bruteForceProtection, ...body, ...withoutRepeats(body.shields) },
    }),
  }),
  ...protection('suspicious-ip-throttling', {
    answer: suspiciousIp,
    body: suspiciousIp
      .extend({
        stage: z
          .strictObject({
            'pre-login': attemptRate.partial().strict(),
            'pre-user-registration': attemptRate.partial().strict(),
          })
          .partial(),
      })
      .partial()
      .strict(),
    serialize: ({ suspiciousIpThrottling }) => suspiciousIpThrottling,
    changeOf: ({ stage, ...body }, { suspiciousIpThrottling: before }) => ({
      suspiciousIpThrottling: {
        ...before,
        ...body,
        ...withoutRepeats(body.shields),
        stage: {
          'pre-login': { ...before.stage['pre-login'], ...stage?.['pre-login'] },
          'pre-user-registration': { ...before.stage['pre-user-registration'], ...stage?.['pre-user-registration'] },
        },
      },
    }),
  }),
  ...protection('breached-password-detection', {
    answer: breachedPassword,
    body: breachedPassword
      .extend({ stage: z.strictObject(breachedPassword.shape.stage.shape).partial() })
      .partial()
      .strict(),
    serialize: serializeBreached,
    changeOf: ({ enabled, shields }, { breachedPasswordDetection }) => ({
      breachedPasswordDetection: {
        ...breachedPasswordDetection,
        ...(enabled === undefined ? {} : { enabled }),
        ...withoutRepeats(shields),
      },
    }),
  }),
]
