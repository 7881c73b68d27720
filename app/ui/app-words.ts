/** What the values of an app are called for people, in every area alike. */
import type { BadgeTone } from './badge'

type Words = { label: string; tone: BadgeTone }

export const appStates = {
  development: { label: 'In development', tone: 'neutral' },
  in_review: { label: 'In review', tone: 'info' },
  changes_requested: { label: 'Changes requested', tone: 'warning' },
  rejected: { label: 'Rejected', tone: 'danger' },
  live: { label: 'Live', tone: 'success' },
  live_with_draft: { label: 'Live, with a draft', tone: 'success' },
  live_in_review: { label: 'Live, change in review', tone: 'info' },
  suspended: { label: 'Suspended', tone: 'danger' },
} as const satisfies Record<string, Words>

export const sensitivities = {
  basic: { label: 'Basic', tone: 'neutral' },
  sensitive: { label: 'Sensitive', tone: 'warning' },
  restricted: { label: 'Restricted', tone: 'danger' },
  /** A scope that an app asks for, and that its API no longer has. */
  gone: { label: 'No longer there', tone: 'danger' },
} as const satisfies Record<string, Words>

export const fieldLabels = {
  name: 'Name',
  description: 'Description',
  homepageUri: 'Homepage',
  privacyPolicyUri: 'Privacy policy',
  termsUri: 'Terms of service',
  callbacks: 'Callbacks',
  allowedLogoutUrls: 'Logout addresses',
  webOrigins: 'Web origins',
  backchannelLogoutUris: 'Back-channel logout',
  extraGrantTypes: 'Further flows',
  idTokenAlg: 'Signature of ID tokens',
  scopeRequests: 'Scopes',
} as const
