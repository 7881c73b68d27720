/** What the pages of the admin area call the values of the domain. */

export const VERSION_STATES = {
  draft: { label: 'Draft', tone: 'neutral' },
  submitted: { label: 'Waits for a decision', tone: 'info' },
  changes_requested: { label: 'Changes requested', tone: 'warning' },
  rejected: { label: 'Rejected', tone: 'danger' },
  approved: { label: 'Approved', tone: 'success' },
  superseded: { label: 'Superseded', tone: 'neutral' },
} as const

export const APP_TYPES: Record<string, string> = {
  regular_web: 'Web app',
  spa: 'Single-page app',
  native: 'Native app',
  non_interactive: 'Machine to machine',
}

export const STRATEGY_NAMES: Record<string, string> = {
  auth0: 'Database',
  oidc: 'OpenID Connect',
  oauth2: 'OAuth 2',
  'google-oauth2': 'Google',
  github: 'GitHub',
}

const STEPS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const

/** A duration in its largest whole unit: `3 days`. */
export function durationText(ms: number): string {
  const step = STEPS.find((candidate) => ms >= candidate.ms)
  if (!step) return 'less than a minute'
  const count = Math.floor(ms / step.ms)
  return `${count} ${step.unit}${count === 1 ? '' : 's'}`
}

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`
