import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { EntranceLayout } from './entrance-layout'
import { EmailField, NewPasswordField } from './form-fields'
import type { EntrancePage } from './sign-in-page'
import { TextLink } from './text-link'

/** `ask`: by e-mail. `choose`: behind a link that works. `dead`: behind one that does not. */
export type ResetStep = 'ask' | 'choose' | 'dead'
export type ResetAnswer =
  | SubmissionResult<string[]>
  | { sentTo: string }
  | { isDone: true; app: { name: string; uri: string } | null }

type Props = { page: EntrancePage; step: ResetStep; answer: ResetAnswer | undefined }

/** A forgotten password: the mail, and behind its link the new password. */
export function ResetPasswordView({ page, step, answer }: Props) {
  if (answer && 'sentTo' in answer) return <MailSent page={page} to={answer.sentTo} />
  if (answer && 'isDone' in answer) return <PasswordChanged page={page} app={answer.app} />
  if (step === 'choose') return <ChoosePassword page={page} lastResult={answer} />
  return <AskForMail page={page} lastResult={answer} isLinkDead={step === 'dead'} />
}

type FormProps = { page: EntrancePage; lastResult: SubmissionResult<string[]> | undefined }

function AskForMail({ page, lastResult, isLinkDead }: FormProps & { isLinkDead: boolean }) {
  const [form, { email }] = useForm<Record<'email', string>>({
    id: 'forgotten-password',
    lastResult,
    defaultValue: { email: page.loginHint },
  })
  return (
    <EntranceLayout {...page} title="Reset your password" footer={<BackToSignIn page={page} />}>
      <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        {isLinkDead ? (
          <Notice tone="warning" title="This link no longer works">
            It was used, is too old, or a newer one was made. Ask for a new one here.
          </Notice>
        ) : form.errors ? (
          <Notice tone="danger">{form.errors.join(' ')}</Notice>
        ) : null}
        <p className="text-muted">Tell us the address of your account. We send you a link to choose a new password.</p>
        <EmailField field={email} label="E-mail address" />
        <Button size="lg" className="w-full">
          Send the link
        </Button>
      </Form>
    </EntranceLayout>
  )
}

/** The same whether or not there is such an account. */
function MailSent({ page, to }: { page: EntrancePage; to: string }) {
  return (
    <EntranceLayout {...page} app={null} title="Look into your mail" footer={<BackToSignIn page={page} />}>
      <div className="grid gap-3" role="status">
        <p>
          If there is an account with the address <strong className="wrap-anywhere">{to}</strong>, a link to choose a
          new password is on its way.
        </p>
        <p className="text-sm text-muted">
          It works for an hour. Nothing there after some minutes? Look among the unwanted mail, and check the address.
        </p>
      </div>
    </EntranceLayout>
  )
}

function ChoosePassword({ page, lastResult }: FormProps) {
  const [form, { password }] = useForm<Record<'password', string>>({ id: 'new-password', lastResult })
  return (
    <EntranceLayout {...page} title="Choose a new password" footer={<BackToSignIn page={page} />}>
      <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
        <NewPasswordField field={password} label="New password" />
        <p className="text-sm text-muted">
          You are then signed out everywhere, and apps have to ask you to sign in again.
        </p>
        <Button size="lg" className="w-full">
          Change the password
        </Button>
      </Form>
    </EntranceLayout>
  )
}

function PasswordChanged({ page, app }: { page: EntrancePage; app: { name: string; uri: string } | null }) {
  return (
    <EntranceLayout {...page} title="Your password is changed">
      <p className="mb-5 text-muted" role="status">
        Everybody who was signed in to your account has been signed out.
        {app ? ` You can go on to ${app.name}.` : ''}
      </p>
      <ButtonLink to={app?.uri ?? page.links.signIn} size="lg" className="w-full">
        {app ? 'Go on and sign in' : 'Sign in with the new password'}
      </ButtonLink>
    </EntranceLayout>
  )
}

function BackToSignIn({ page }: { page: EntrancePage }) {
  return (
    <p>
      <TextLink to={page.links.signIn}>Back to sign-in</TextLink>
    </p>
  )
}
