import { AppWindow, Globe, type LucideIcon, Server, Smartphone } from 'lucide-react'
import type { AppType } from '~db/queries/clients'

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
