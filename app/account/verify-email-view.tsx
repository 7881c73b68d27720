import { Form } from '@remix-run/react'
import { MailCheck, MailQuestion, MailWarning } from 'lucide-react'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { FocusLayout } from '~/ui/layout'
import { Time } from '~/ui/time'
import { TextLink } from './text-link'
import type { VerificationPage } from './verification-link'

type Props = { tenantName: string; page: VerificationPage }
type Of<State extends VerificationPage['state']> = Extract<VerificationPage, { state: State }>

const LOOKS = {
  asks: { icon: MailQuestion, colours: 'bg-info-soft text-info', title: 'Is this your account?' },
  confirmed: { icon: MailCheck, colours: 'bg-success-soft text-success', title: 'Your address is confirmed' },
  dead: { icon: MailWarning, colours: 'bg-warning-soft text-warning', title: 'This address is not confirmed' },
}

/** What a person sees behind the link of a verification mail. */
export function VerifyEmailView({ tenantName, page }: Props) {
  const { icon: Icon, colours, title } = LOOKS[page.state]
  return (
    <FocusLayout tenantName={tenantName}>
      <span className={`mb-4 inline-flex size-11 items-center justify-center rounded-full ${colours}`}>
        <Icon aria-hidden className="size-5" />
      </span>
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">{title}</h1>
      {page.state === 'asks' ? (
        <Question {...page} />
      ) : page.state === 'confirmed' ? (
        <Confirmed {...page} />
      ) : (
        <>
          <p className="mb-6 text-muted">{page.refusal}</p>
          <ButtonLink to="/account">Sign in</ButtonLink>
        </>
      )}
    </FocusLayout>
  )
}

/** The browser sends the form itself: what follows may be the page of an app. */
function Question({ email, name, madeAt, signIn }: Of<'asks'>) {
  return (
    <>
      <p className="mb-6">
        An account was made with the address <strong className="wrap-anywhere">{email}</strong> on <Time at={madeAt} />,
        under the name “{name}”.
      </p>
      <Form method="post" reloadDocument>
        <FormToken />
        <Button size="lg" className="w-full" name="intent" value="confirm">
          Yes, this is my account
        </Button>
      </Form>
      {signIn ? (
        <p className="mt-4 text-sm text-muted">
          Other browsers are signed out then, and apps ask you again. <TextLink to={signIn}>Sign in first</TextLink> to
          keep them.
        </p>
      ) : null}
      <div className="mt-6 border-t border-line pt-4 text-sm">
        <p className="mb-1 font-semibold">You did not make this account?</p>
        <p className="text-muted">
          Then do not confirm it. <TextLink to="/u/reset-password">Choose a password by mail</TextLink>: whoever made
          the account loses it, and all that they added.
        </p>
      </div>
    </>
  )
}

function Confirmed({ email, app }: Of<'confirmed'>) {
  return (
    <>
      <p className="mb-6 text-muted">
        <span className="wrap-anywhere">{email}</span> belongs to you.{' '}
        {app ? `You can go on to ${app.name}.` : 'You can close this page.'}
      </p>
      <ButtonLink to={app?.uri ?? '/account'} variant={app ? 'primary' : 'secondary'}>
        {app ? 'Go on' : 'Go to your account'}
      </ButtonLink>
    </>
  )
}
