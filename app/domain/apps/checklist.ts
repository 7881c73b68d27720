import { isClaimableCallback } from '~/domain/clients/redirect-uri'
import type { AppDetails, AppManifest } from '~db/queries/apps'
import type { AskableApi } from './askable-scopes'
import { isAskable, needsCallback } from './manifest'

/** @property hint for the partner, whose page of the portal has the field */

export type ChecklistItem = {
  label: string
  isDone: boolean
  isAdvice: boolean
  hint: string
  page: 'settings' | 'scopes'
}

/** What reviewers look for, as the partner was shown it; only what is no advice has to be there. */
export function checklistFor(
  { client }: Pick<AppDetails, 'client'>,
  manifest: AppManifest,
  askable: AskableApi[],
): ChecklistItem[] {
  const callbacks = manifest.callbacks
  const web = client.appType === 'regular_web' || client.appType === 'spa'
  return [
    ...(needsCallback(client.appType)
      ? [
          {
            label: 'A callback',
            isDone: callbacks.length > 0,
            isAdvice: false,
            hint: 'People have to come back to your app after signing in.',
            page: 'settings' as const,
          },
        ]
      : []),
    ...(web
      ? [
          {
            label: 'No callbacks on a developer’s machine',
            isDone: callbacks.every((callback) => !isClaimableCallback(callback)),
            isAdvice: true,
            hint: 'Take localhost out of what goes live; keep it in an app of its own for development.',
            page: 'settings' as const,
          },
        ]
      : []),
    {
      label: 'A description',
      isDone: manifest.description !== '',
      isAdvice: true,
      hint: 'People read it when the app asks for access.',
      page: 'settings',
    },
    {
      label: 'A homepage',
      isDone: manifest.homepageUri !== null,
      isAdvice: true,
      hint: 'Reviewers look there to see who you are.',
      page: 'settings',
    },
    {
      label: 'A privacy policy',
      isDone: manifest.privacyPolicyUri !== null,
      isAdvice: true,
      hint: 'It says what you do with what people let you have.',
      page: 'settings',
    },
    {
      label: 'Scopes that can be granted, each with a reason',
      isDone: manifest.scopeRequests.every((request) => isAskable(askable, request)),
      isAdvice: false,
      hint: 'A scope that you ask for is no longer open to partners; take it out.',
      page: 'scopes',
    },
  ]
}
