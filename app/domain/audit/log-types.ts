/** Auth0's log types: which code each of our actions has there, and to which category of log streams it belongs. */
import type { AuditAction } from './audit-event'

type Told = { userId?: string | null; details?: Record<string, unknown> | null }

/** The code of an action, where Auth0 has one; some depend on how it went about. */
const CODES: Partial<Record<AuditAction, string | ((told: Told) => string)>> = {
  'user.signed-in': ({ details }) => (isEndUsers(details) ? 's' : `${details?.area}.signed-in`),
  'user.signed-out': ({ details }) => (isEndUsers(details) ? 'slo' : `${details?.area}.signed-out`),
  'user.signed-up': ({ details }) => (isEndUsers(details) ? 'ss' : `${details?.area}.signed-up`),
  'user.sign-in-failed': ({ userId, details }) => {
    if (details?.factor === 'second') return 'gd_auth_failed'
    if (details?.reason === 'blocked') return 'f'
    if (details?.reason === 'breached') return 'pwd_leak'
    return userId ? 'fp' : 'fu'
  },
  'user.sign-in-limited': ({ details }) => (details?.of === 'network' ? 'limit_mu' : 'limit_wc'),
  'user.attempts-forgotten': 'ublkdu',
  'user.email-verified': 'sv',
  'user.password-changed': 'scp',
  'user.password-reset-requested': 'scpr',
  'authenticator.enrolled': 'gd_enrollment_complete',
  'authenticator.removed': 'gd_unenroll',
  'recovery-code.used': 'gd_recovery_succeed',
  'code.exchanged': ({ details }) => (details?.grant_type === 'device_code' ? 'sede' : 'seacft'),
  'code.replayed': 'feacft',
  'token.issued': ({ userId, details }) => {
    if (details?.grant_type === 'password') return 'sepft'
    return userId ? 'token.issued' : 'seccft'
  },
  'token.refreshed': 'sertft',
  'token.replayed': 'ferrt',
  'token.revoked': 'srrt',
  'management.refused': 'fapi',
  'client.secret-read': 'mgmt_api_read',
  'audit-log.exported': 'mgmt_api_read',
  'user.deleted': 'sdu',
}

const isEndUsers = (details: Told['details']): boolean => (details?.area ?? 'account') === 'account'

/** What Auth0 has no code for, and is no mere change of the tenant, keeps its own name. */
const OWN =
  /^(app|code|consent|device|initial-access|job|member|partner|secret|tenant|token)\.|^client\.(approved|authentication|mode|regist)|^(log-stream|webhook)\.(ping|suspended)$/

/** The code under which an event stands in the log: Auth0's, the action's own name, or `sapi` for any other change. */
export function logTypeOf(action: AuditAction, told: Told): string {
  const code = CODES[action]
  if (code !== undefined) return typeof code === 'string' ? code : code(told)
  return OWN.test(action) ? action : 'sapi'
}

/** The categories that a log stream can be narrowed to, as Auth0 names them. */
export const LOG_CATEGORIES = [
  'auth.login.fail',
  'auth.login.notification',
  'auth.login.success',
  'auth.logout.fail',
  'auth.logout.success',
  'auth.signup.fail',
  'auth.signup.success',
  'auth.silent_auth.fail',
  'auth.silent_auth.success',
  'auth.token_exchange.fail',
  'auth.token_exchange.success',
  'management.fail',
  'management.success',
  'scim.event',
  'system.notification',
  'user.fail',
  'user.notification',
  'user.success',
  'actions',
  'other',
] as const

export type LogCategory = (typeof LOG_CATEGORIES)[number]

const CATEGORIES: Partial<Record<LogCategory, string[]>> = {
  'auth.login.success': ['s'],
  'auth.login.fail': ['f', 'fp', 'fu'],
  'auth.login.notification': ['limit_wc', 'limit_mu', 'pwd_leak'],
  'auth.logout.success': ['slo'],
  'auth.signup.success': ['ss'],
  'auth.token_exchange.success': ['seacft', 'seccft', 'sede', 'sepft', 'sertft'],
  'auth.token_exchange.fail': ['feacft', 'ferrt', 'client.authentication-failed'],
  'management.success': ['sapi', 'mgmt_api_read'],
  'management.fail': ['fapi'],
  'user.success': [
    'ublkdu',
    'sv',
    'scp',
    'scpr',
    'srrt',
    'gd_enrollment_complete',
    'gd_unenroll',
    'gd_recovery_succeed',
  ],
  'user.fail': ['gd_auth_failed'],
}

const CATEGORY_OF = new Map(
  Object.entries(CATEGORIES).flatMap(([category, types]) => types.map((type) => [type, category as LogCategory])),
)

/** The category of a log type; consent, moderation and the like are `other`. */
export const logCategoryOf = (type: string): LogCategory => CATEGORY_OF.get(type) ?? 'other'
