import type { AppState } from '~/domain/apps/app-state'

/** What the pages of the admin area call the values of the domain. */

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger'
type Words<Value extends string> = Record<Value, { label: string; tone: Tone }>

export const APP_STATES: Words<AppState> = {
  development: { label: 'In development', tone: 'neutral' },
  in_review: { label: 'In review', tone: 'info' },
  changes_requested: { label: 'Changes requested', tone: 'warning' },
  rejected: { label: 'Rejected', tone: 'danger' },
  live: { label: 'Live', tone: 'success' },
  live_with_draft: { label: 'Live, with a draft', tone: 'success' },
  live_in_review: { label: 'Live, change in review', tone: 'info' },
  suspended: { label: 'Suspended', tone: 'danger' },
}

export const VERSION_STATES = {
  draft: { label: 'Draft', tone: 'neutral' },
  submitted: { label: 'Waits for a decision', tone: 'info' },
  changes_requested: { label: 'Changes requested', tone: 'warning' },
  rejected: { label: 'Rejected', tone: 'danger' },
  approved: { label: 'Approved', tone: 'success' },
  superseded: { label: 'Superseded', tone: 'neutral' },
} as const

export const SENSITIVITIES: Words<'basic' | 'sensitive' | 'restricted' | 'gone'> = {
  basic: { label: 'Basic', tone: 'neutral' },
  sensitive: { label: 'Sensitive', tone: 'warning' },
  restricted: { label: 'Restricted', tone: 'danger' },
  gone: { label: 'No longer there', tone: 'danger' },
}

export const APP_TYPES: Record<string, string> = {
  regular_web: 'Web app with a server',
  spa: 'Single-page app',
  native: 'Native app',
  non_interactive: 'Program without people (machine to machine)',
}

export const FIELDS: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  homepageUri: 'Homepage',
  privacyPolicyUri: 'Privacy policy',
  termsUri: 'Terms of service',
  callbacks: 'Callbacks',
  allowedLogoutUrls: 'Logout addresses',
  webOrigins: 'Web origins',
  scopeRequests: 'Scopes',
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
