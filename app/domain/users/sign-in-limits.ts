import ipaddr from 'ipaddr.js'
import type { AppContext } from '~/context'
import type { Limit, ThrottleKey } from '~/domain/rate-limits/stored-limit'
import { MINUTE } from '~/platform/durations'
import { networkOf } from '~/platform/network'
import type { Connection } from '~db/queries/connections'
import { listAddressesOfSessions } from '~db/queries/sessions'
import { type AttemptRate, findTenantSettings, type TenantSettings } from '~db/queries/tenant'
import type { User } from '~db/queries/users'

/** A count that a wrong password is added to. */
export type SignInLimit = {
  of: 'account' | 'network'
  key: ThrottleKey
  within: Limit
  blocks: boolean
  tells: boolean
  /** What becomes of the points when the password is right. */
  afterSuccess: 'reset' | 'giveBack'
}

/** From one network, behind which there may be an office: as many as Auth0's. */
const FIXED_NETWORK: Limit = { points: 100, duration: 15 * MINUTE, blockDuration: 15 * MINUTE }

/** Of what is protected whatever the tenant says: the people of the portal and of the owners' area. */
const FIXED: Limit = { points: 10, duration: 15 * MINUTE, blockDuration: 15 * MINUTE }

/** So many times what one network has: for all networks where the person never was. */
const NETWORKS = 10

/** So many attempts in the time in which as many come back one by one; then as long none. */
const limitOf = ({ max_attempts: points, rate }: AttemptRate): Limit => ({
  points,
  duration: points * rate,
  blockDuration: points * rate,
})

/** What a login that nobody has is counted under: whatever is typed, it is no other count's name. */
export const unknownLoginKey = (login: string): string => `login:${login}`

type Attempt = {
  connections: Connection[]
  /** The identity whose password is tried, or the key of a login that nobody has. */
  account: string
  user: User | undefined
  byClient: boolean
}

/** What a wrong password counts for: the account and the network that it comes from, as the tenant has it. */
export async function signInLimits(ctx: AppContext, attempt: Attempt): Promise<SignInLimit[]> {
  const { account: of, user, byClient } = attempt
  const isOfEndUsers = attempt.connections.every(({ area }) => area === null)
  const { bruteForceProtection, suspiciousIpThrottling } = await findTenantSettings(ctx.db)
  const network = networkOf(ctx.request.ip)
  const within = isOfEndUsers ? { ...FIXED, points: bruteForceProtection.max_attempts } : FIXED
  const account = {
    of: 'account' as const,
    blocks: !isOfEndUsers || bruteForceProtection.shields.includes('block'),
    tells: isOfEndUsers && bruteForceProtection.shields.includes('user_notification'),
  }
  // Each network has a count of its own: nobody can lock a person out from elsewhere.
  const here = { ...account, key: { of, from: network }, within, afterSuccess: 'reset' as const }
  const everywhere = {
    ...account,
    key: { of, from: '' },
    within: { ...within, points: within.points * NETWORKS },
    afterSuccess: 'giveBack' as const,
  }
  const isCountedTogether = !isOfEndUsers || bruteForceProtection.mode === 'count_per_identifier'
  const isNew = isCountedTogether && !(user && (await wasThere(ctx, user, network)))
  const address = {
    of: 'network' as const,
    key: `address:${network}`,
    within: isOfEndUsers ? limitOf(suspiciousIpThrottling.stage['pre-login']) : FIXED_NETWORK,
    blocks: true,
    tells: false,
    afterSuccess: 'giveBack' as const,
  }
  // The network first: one that is closed spends nothing of the accounts that it asks for.
  return [
    // A client that proved itself sends what the person typed: its address is that of many.
    ...(byClient || (isOfEndUsers && !throttles(ctx, suspiciousIpThrottling)) ? [] : [address]),
    ...(isOfEndUsers && !isOn(ctx, bruteForceProtection) ? [] : [here, ...(isNew ? [everywhere] : [])]),
  ]
}

/** Whether a person has signed in from a network before, and lately: what strangers do elsewhere closes nothing there. */
async function wasThere({ db }: AppContext, { userId, lastIp }: User, network: string): Promise<boolean> {
  if (lastIp !== null && networkOf(lastIp) === network) return true
  return (await listAddressesOfSessions(db, { userId })).some(({ ip }) => ip !== null && networkOf(ip) === network)
}

/** How many accounts may be made from one network; any number, where the tenant says so. */
export async function signUpLimit(ctx: AppContext): Promise<Limit | undefined> {
  const { suspiciousIpThrottling } = await findTenantSettings(ctx.db)
  if (!throttles(ctx, suspiciousIpThrottling)) return undefined
  return limitOf(suspiciousIpThrottling.stage['pre-user-registration'])
}

type Protection = { enabled: boolean; allowlist: string[] }

const isOn = ({ request }: AppContext, { enabled, allowlist }: Protection): boolean =>
  enabled && !isAmong(request.ip, allowlist)

const throttles = (ctx: AppContext, protection: TenantSettings['suspiciousIpThrottling']): boolean =>
  isOn(ctx, protection) && protection.shields.includes('block')

function isAmong(ip: string | undefined, ranges: string[]): boolean {
  if (ip === undefined || !ipaddr.isValid(ip)) return false
  const address = ipaddr.process(ip)
  return ranges.some((range) => {
    const [base, bits] = range.includes('/') ? ipaddr.parseCIDR(range) : ([ipaddr.process(range), undefined] as const)
    return base.kind() === address.kind() && address.match(base, bits ?? (base.kind() === 'ipv4' ? 32 : 128))
  })
}
