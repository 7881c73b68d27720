import { AppWindow, Globe, type LucideIcon, Server, Smartphone } from 'lucide-react'
import type { AppState } from '~/domain/apps/app-state'
import type { BadgeTone } from '~/ui/badge'
import type { AppType } from '~db/queries/clients'

/** The states of an app in the words of its makers. */
export const appStates: Record<AppState, { label: string; tone: BadgeTone }> = {
  development: { label: 'In development', tone: 'neutral' },
  in_review: { label: 'In review', tone: 'info' },
  changes_requested: { label: 'Changes requested', tone: 'warning' },
  rejected: { label: 'Rejected', tone: 'danger' },
  live: { label: 'Live', tone: 'success' },
  live_with_draft: { label: 'Live, with a draft', tone: 'success' },
  live_in_review: { label: 'Live, changes in review', tone: 'info' },
  suspended: { label: 'Suspended', tone: 'danger' },
}

const NO_SECRET =
  'has no client secret, as it runs where a secret cannot be kept. It proves itself with PKCE instead, which your library does by itself with the authorization code flow.'

type TypeWords = { label: string; explanation: string; icon: LucideIcon; noSecret: string }

export const appTypes: Record<AppType, TypeWords> = {
  regular_web: {
    label: 'Web app',
    explanation: 'Runs on a server of yours, which keeps a client secret: Express, Django, Rails, ASP.NET.',
    icon: Globe,
    noSecret: '',
  },
  spa: {
    label: 'Single-page app',
    explanation: 'Runs in the browser alone. It has no secret, and signs people in with PKCE.',
    icon: AppWindow,
    noSecret: `A single-page app ${NO_SECRET}`,
  },
  native: {
    label: 'Native app',
    explanation: 'Is installed on a phone, a desktop or a command line. It has no secret, and uses PKCE.',
    icon: Smartphone,
    noSecret: `A native app ${NO_SECRET}`,
  },
  non_interactive: {
    label: 'Machine to machine',
    explanation: 'A program that acts for itself. Nobody signs in, so it needs no callback; it keeps a client secret.',
    icon: Server,
    noSecret: '',
  },
}
