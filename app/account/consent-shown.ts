import { changedSince, readAgain, type ShownParts } from '~/platform/shown'
import type { ScopeGroup } from './consent-page'

type Shown = { app: object; person: object; review: string; destination: object; groups: ScopeGroup[] }

/** What a consent page shows. Whether the person allowed a scope before is their own doing. */
export const consentShown = ({ app, person, review, destination, groups }: Shown): ShownParts => ({
  'the app’s name, maker or links': app,
  'your profile': person,
  'whether the app is reviewed': review,
  'where your answer goes': destination,
  'what the app asks for, or why': groups.map(({ api, scopes }) => [
    api,
    scopes.map((scope) => ({ ...scope, granted: undefined })),
  ]),
})

/** What the page says where it would show something else by now. @param given the hidden input of its form */
export function readConsentAgain(given: unknown, shown: Shown): string | undefined {
  const changed = changedSince(given, consentShown(shown))
  return changed.length > 0 ? readAgain(changed) : undefined
}
