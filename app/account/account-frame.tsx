import { Outlet } from '@remix-run/react'
import { Blocks, KeyRound, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { AreaLayout } from '~/ui/layout'

const NAVIGATION = [
  { label: 'Profile', to: '/account', icon: UserRound, end: true },
  { label: 'Apps with access', to: '/account/apps', icon: Blocks },
  { label: 'Security', to: '/account/security', icon: KeyRound },
]

type Props = { tenantName: string; person: { name: string; email: string | null }; children?: ReactNode }

/** The frame around the pages of a person's own account. */
export function AccountFrame({ children, ...props }: Props) {
  return (
    <AreaLayout {...props} area="account" navigation={NAVIGATION} signOutAction="/account/sign-out">
      {children ?? <Outlet />}
    </AreaLayout>
  )
}
