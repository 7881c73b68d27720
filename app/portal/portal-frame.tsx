import { Outlet } from '@remix-run/react'
import { BookOpen, Boxes, Building2, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { AreaLayout } from '~/ui/layout'

type Props = { siteName: string; person: { name: string; email: string }; children?: ReactNode }

const NAVIGATION = [
  { label: 'Apps', to: '/portal/apps', icon: Boxes },
  { label: 'Team', to: '/portal/team', icon: Users },
  { label: 'Organization', to: '/portal/organization', icon: Building2 },
  { label: 'Documentation', to: '/docs', icon: BookOpen },
]

export function PortalFrame({ siteName, person, children }: Props) {
  return (
    <AreaLayout
      area="portal"
      tenantName={siteName}
      navigation={NAVIGATION}
      person={person}
      signOutAction="/portal/sign-out"
    >
      {children ?? <Outlet />}
    </AreaLayout>
  )
}
