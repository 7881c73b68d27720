import { lookUp } from '~/platform/look-up'

/** What a page says after an act that led to it: the act is named in the address, the words are here. */
const NOTICES = {
  confirm: 'Sign in once more to confirm that it is you, then do it again: nothing was changed yet.',
  'signed-out': 'You are signed out.',
  'password-changed': 'Your password was changed. Sign in with the new one.',
  approved: 'Approved. The app obeys this version from now on, and its team has been told.',
  'changes-requested': 'Sent back with your message. The team can edit and submit again.',
  rejected: 'Rejected with your message. The team has been told.',
  suspended: 'Suspended, in force from the next request on. Its team, where it has one, has been told.',
  reinstated: 'Reinstated. What worked before works again. Its team, where it has one, has been told.',
  blocked: 'Blocked. All sessions and tokens of this person have ended.',
  unblocked: 'The person can sign in again.',
  'api-created': 'The API was made.',
  'api-saved': 'The API was saved.',
  'api-deleted': 'The API was deleted, with all consents and tokens for it.',
  'mode-changed': 'The profile was changed, in force from the next request on.',
  'pkce-changed': 'Whether the app needs PKCE was changed, in force from the next request on.',
  'registration-approved': 'Approved. The app works for everyone, and people are no longer warned.',
  'key-rotated': 'Rotated. The key before stays published until its last token has ended.',
  'key-revoked': 'Revoked. Nothing that this key signed is taken any more.',
  'token-ended': 'The token has ended. What was registered with it stays.',
  'connection-created': 'The connection was made. Give it to apps below.',
  'connection-saved': 'Saved, in force from the next sign-in on.',
  'connection-deleted': 'Nobody signs in there any more. Its people are being deleted.',
  renamed: 'The organization has its new name, wherever its apps ask people.',
  invited: 'The invitation was mailed. Its link works for seven days; an earlier one to the address has ended.',
  'invitation-taken-back': 'The invitation was taken back: its link no longer works.',
  'role-changed': 'The role was changed, in force from the next request on.',
  'member-removed': 'The member was removed. Their sessions have ended, and their account is deleted.',
  'program-deleted': 'The program was deleted.',
  'log-stream-created': 'The log stream was made: it is sent what happens from now on.',
  'log-stream-paused': 'Paused. What happens meanwhile is sent when you resume it.',
  'log-stream-resumed': 'Resumed. It is sent what happened meanwhile.',
  'log-stream-deleted': 'The log stream was deleted.',
  'webhook-saved': 'The webhook was saved.',
  'webhook-paused': 'Paused. What happens meanwhile is told when you resume it.',
  'webhook-resumed': 'Resumed. It is told what happened meanwhile.',
  'webhook-pinged': 'A test message is on its way; reload the page in a few seconds to see what became of it.',
  'webhook-redelivered': 'The message is sent again; reload the page in a few seconds to see what became of it.',
  'webhook-deleted': 'The webhook was deleted.',
  saved: 'The settings were saved.',
} as const

export type Notice = keyof typeof NOTICES

export function noticeOf(search: URLSearchParams): string | null {
  const name = search.get('notice') ?? ''
  return lookUp<string>(NOTICES, name) ?? null
}

const OF_DECISION = {
  approve: 'approved',
  request_changes: 'changes-requested',
  reject: 'rejected',
} as const satisfies Record<string, Notice>

export const noticeOfDecision = (decision: keyof typeof OF_DECISION): Notice => OF_DECISION[decision]
