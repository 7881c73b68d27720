import { lookUp } from '~/platform/look-up'

/** What the page that an act leads to says of it; the address names the notice, its words stand here. */
const NOTICES = {
  welcome: { title: 'Your address is confirmed', text: 'Welcome. Create your first app to get started.' },
  'sign-up-deleted': {
    title: 'The account is deleted',
    text: 'Nobody works here under your address. You can make an account of your own.',
  },
  verified: { title: 'Your address is confirmed', text: 'Sign in to go on.' },
  confirm: {
    title: 'Confirm that it is you',
    text: 'Sign in once more, then do it again: nothing was changed yet.',
    tone: 'info',
  },
  'signed-out': { title: 'You are signed out', text: 'Sign in again whenever you like.' },
  'password-changed': { title: 'Your password is changed', text: 'All sessions were ended. Sign in with the new one.' },
  saved: { title: 'Saved', text: 'Your team and testers get the new settings at once.' },
  unchanged: { title: 'Nothing was changed', text: 'What you sent is what was there.', tone: 'info' },
  proposed: {
    title: 'Saved as a proposal',
    text: 'The live version stays as it is. Submit the changes for review to have them go live.',
  },
  discarded: { title: 'Changes discarded', text: 'The live version is as it was.' },
  submitted: { title: 'Submitted for review', text: 'The reviewers were told. You get a mail when they have decided.' },
  withdrawn: { title: 'Withdrawn', text: 'The version is a draft again: change it, and submit it when it is ready.' },
  retired: { title: 'Secret retired', text: 'It no longer works. Nothing else has changed.' },
  'tester-added': {
    title: 'Tester invited',
    text: 'We have sent them a mail. They can use the app once they have confirmed this address and agreed.',
  },
  'tester-removed': { title: 'Tester removed', text: 'They can no longer sign in to the app.' },
  deleted: { title: 'App deleted', text: 'Its credentials, tokens and consents are gone.' },
  joined: { title: 'You are in the team', text: 'These are its apps.' },
  invited: {
    title: 'Invitation mailed',
    text: 'The link works for seven days. An earlier one to the address has ended.',
  },
  'invitation-taken-back': { title: 'Invitation taken back', text: 'Its link no longer works.' },
  'role-changed': { title: 'Role changed', text: 'In force from their next request on.' },
  'member-removed': { title: 'Member removed', text: 'Their sessions have ended, and their account is deleted.' },
  'organization-saved': {
    title: 'Organization saved',
    text: 'People see the new name wherever your apps ask for access.',
  },
  'api-client-deleted': { title: 'API client deleted', text: 'Its secret and its tokens no longer work.' },
  'password-saved': { title: 'Password changed', text: 'Your other sessions were ended.' },
} as const satisfies Record<string, Words>

type Words = { title: string; text: string; tone?: 'info' }

export type PageNotice = Words | null

export function noticeOf(search: URLSearchParams): PageNotice {
  const name = search.get('notice') ?? ''
  return lookUp<Words>(NOTICES, name) ?? null
}
