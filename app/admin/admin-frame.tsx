import { Outlet } from '@remix-run/react'
import { Activity, AppWindow, Building2, ClipboardCheck, LayoutDashboard, Plug, Settings, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { AreaLayout } from '~/ui/layout'

type Props = { tenant: string; waiting: number; person: { name: string; email: string }; children?: ReactNode }

export function AdminFrame({ tenant, waiting, person, children }: Props) {
  return (
    <AreaLayout
      area="admin"
      tenantName={tenant}
      person={person}
      signOutAction="/admin/sign-out"
      navigation={[
        { label: 'Overview', to: '/admin', icon: LayoutDashboard, end: true },
        { label: 'Reviews', to: '/admin/reviews', icon: ClipboardCheck, count: waiting },
        { label: 'Apps', to: '/admin/apps', icon: AppWindow },
        { label: 'Partners', to: '/admin/partners', icon: Building2 },
        { label: 'People', to: '/admin/users', icon: Users },
        { label: 'APIs', to: '/admin/apis', icon: Plug },
        { label: 'Activity', to: '/admin/activity', icon: Activity },
        { label: 'Settings', to: '/admin/settings', icon: Settings },
      ]}
    >
      {children ?? <Outlet />}
    </AreaLayout>
  )
}
