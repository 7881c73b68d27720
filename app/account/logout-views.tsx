import { Form } from '@remix-run/react'
import { CircleCheck, LogOut } from 'lucide-react'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { FocusLayout } from '~/ui/layout'
import { TextLink } from './text-link'

type LogoutProps = { tenantName: string; appName: string | null; email: string }

/** Asks before signing out. The answer leads to the app, so the browser sends the form itself. */
export function LogoutView({ tenantName, appName, email }: LogoutProps) {
  return (
    <FocusLayout tenantName={tenantName} title="Sign out?">
      <p>
        You are signed in as <strong>{email}</strong>. {appName ? <>{appName} asks to sign you out.</> : null} Other
        apps that you use with this account may sign you out too.
      </p>
      <Form method="post" reloadDocument className="mt-6 grid gap-3">
        <FormToken />
        <Button size="lg" className="w-full">
          <LogOut aria-hidden className="size-4" />
          Sign out
        </Button>
        <ButtonLink to="/account" variant="secondary" size="lg" className="w-full">
          Stay signed in
        </ButtonLink>
      </Form>
    </FocusLayout>
  )
}

export function SignedOutView({ tenantName }: { tenantName: string }) {
  return (
    <FocusLayout tenantName={tenantName} title="You are signed out">
      <p className="flex items-center gap-3">
        <CircleCheck aria-hidden className="size-5 shrink-0 text-success" />
        Nobody can go on here in your name.
      </p>
      <p className="mt-4 border-t border-line pt-4">
        You can close this page, or <TextLink to="/account/sign-in">sign in again</TextLink>.
      </p>
    </FocusLayout>
  )
}
