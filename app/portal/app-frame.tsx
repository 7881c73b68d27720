import type { ReactNode } from 'react'
import { appStates } from '~/ui/app-words'
import { Badge } from '~/ui/badge'
import { PageHeader } from '~/ui/page-header'
import { Tabs } from '~/ui/tabs'
import type { AppHead } from './app-pages'
import { appTypes } from './app-types'
import { Done } from './form-parts'
import type { PageNotice } from './notices'

type Props = { head: AppHead; notice?: PageNotice; children: ReactNode }

/** What the pages of an app have in common: its name, its state, the way between them, and what was just done. */
export function AppFrame({ head, notice = null, children }: Props) {
  const { clientId, name, state, appType } = head
  const at = (page: string) => `/portal/apps/${clientId}${page}`
  return (
    <>
      <PageHeader
        title={name}
        back={{ to: '/portal/apps', label: 'Apps' }}
        badge={<Badge tone={appStates[state].tone}>{appStates[state].label}</Badge>}
        description={appType ? appTypes[appType].label : undefined}
      />
      <Tabs
        label={`Pages of ${name}`}
        items={[
          { to: at(''), label: 'Overview', end: true },
          { to: at('/settings'), label: 'Settings' },
          { to: at('/scopes'), label: 'Scopes' },
          { to: at('/credentials'), label: 'Credentials' },
          { to: at('/testers'), label: 'Testers' },
          { to: at('/review'), label: 'Review' },
          { to: at('/usage'), label: 'Usage' },
          { to: at('/activity'), label: 'Activity' },
        ]}
      />
      <div className="grid gap-6">
        <Done notice={notice} />
        {children}
      </div>
    </>
  )
}
