import { Form } from '@remix-run/react'
import { CircleCheck, LogOut } from 'lucide-react'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { FocusLayout } from '~/ui/layout'
import { Notice } from '~/ui/notice'
import type { LogoutPage } from './logout-page'
import { TextLink } from './text-link'

type LogoutProps = { page: LogoutPage; problem: string | undefined }

/** Asks before signing out. The answer leads to the app, so the browser sends the form itself. */
export function LogoutView({ page: { tenantName, appName, person, back }, problem }: LogoutProps) {
  if (!person) return <SignedOutView tenantName={tenantName} back={back} appName={appName} />
  return (
    <FocusLayout tenantName={tenantName} title="Sign out?">
      {problem ? <Notice tone="danger">{problem}</Notice> : null}
      <p className={problem ? 'mt-4' : undefined}>
        You are signed in as <strong>{person.email}</strong>. {appName ? <>{appName} asks to sign you out.</> : null}{' '}
        Other apps that you use with this account may sign you out too.
      </p>
      <Form method="post" reloadDocument className="mt-6 grid gap-3">
        <FormToken />
        <input type="hidden" name="shown" value={person.shown} />
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

type SignedOutProps = { tenantName: string; back?: string; appName?: string | null }

/** @param props.back where the app that asked may be gone back to */
export function SignedOutView({ tenantName, back, appName }: SignedOutProps) {
  return (
    <FocusLayout tenantName={tenantName} title="You are signed out">
      <p className="flex items-center gap-3">
        <CircleCheck aria-hidden className="size-5 shrink-0 text-success" />
        Nobody can go on here in your name.
      </p>
      {back ? (
        <p className="mt-4 wrap-anywhere">
          <a href={back} rel="noreferrer" className="font-medium text-accent underline underline-offset-2">
            Go back to {appName}
          </a>
        </p>
      ) : null}
      <p className="mt-4 border-t border-line pt-4">
        You can close this page, or <TextLink to="/account/sign-in">sign in again</TextLink>.
      </p>
    </FocusLayout>
  )
}
