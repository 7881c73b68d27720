/** What a consent page has shown, so that an answer counts for that question alone. */
import { hashSecret } from '~/platform/secrets'
import type { ScopeGroup } from './consent-page'

type Shown = { app: object; person: object; review: string; destination: object; groups: ScopeGroup[] }

/** Its parts, by the words in which the person reads what has changed. */
const PARTS: [string, (shown: Shown) => unknown][] = [
  ['the app’s name, maker or links', ({ app }) => app],
  ['your profile', ({ person }) => person],
  ['whether the app is reviewed', ({ review }) => review],
  ['where your answer goes', ({ destination }) => destination],
  [
    'what the app asks for, or why',
    // Whether the person allowed it before is their own doing.
    ({ groups }) => groups.map(({ api, scopes }) => [api, scopes.map((scope) => ({ ...scope, granted: undefined }))]),
  ],
]

/** A hidden input of the form: one digest for each part. */
export const digestShown = (shown: Shown): string =>
  PARTS.map(([, read]) => hashSecret(JSON.stringify(read(shown)))).join('.')

/** The parts that differ from those that a form was shown with. @param given the form's hidden input */
export function changedSince(given: unknown, shown: Shown): string[] {
  const before = String(given).split('.')
  const now = digestShown(shown).split('.')
  return PARTS.flatMap(([words], index) => (before[index] === now[index] ? [] : [words]))
}
