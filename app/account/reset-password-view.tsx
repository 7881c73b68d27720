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

type Page = EntrancePage<'reset-password'>
/** `email`: whose password it is, behind a link that works. */
type Props = { page: Page; step: ResetStep; email: string | null; answer: ResetAnswer | undefined }

/** A forgotten password: the mail, and behind its link the new password. */
export function ResetPasswordView({ page, step, email, answer }: Props) {
  if (answer && 'sentTo' in answer) return <MailSent page={page} to={answer.sentTo} />
  if (answer && 'isDone' in answer) return <PasswordChanged page={page} app={answer.app} />
  if (step === 'choose') return <ChoosePassword page={page} email={email} lastResult={answer} />
  return <AskForMail page={page} lastResult={answer} isLinkDead={step === 'dead'} />
}

type FormProps = { page: Page; lastResult: SubmissionResult<string[]> | undefined }

function AskForMail({ page, lastResult, isLinkDead }: FormProps & { isLinkDead: boolean }) {
  const [form, { email }] = useForm<Record<'email', string>>({
    id: 'forgotten-password',
    lastResult,
    defaultValue: { email: page.loginHint },
  })
  const texts = page.texts['reset-password-request']
  return (
    <EntranceLayout {...page} title={texts.title} footer={<BackToSignIn page={page} />}>
      <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        {isLinkDead ? (
          <Notice tone="warning" title="This link no longer works">
            It was used, is too old, or a newer one was made. Ask for a new one here.
          </Notice>
        ) : form.errors ? (
          <Notice tone="danger">{form.errors.join(' ')}</Notice>
        ) : null}
        {texts.descriptionEmail ? <p className="text-muted">{texts.descriptionEmail}</p> : null}
        <EmailField field={email} label={texts.emailPlaceholder} />
        <Button size="lg" className="w-full">
          {texts.buttonText}
        </Button>
      </Form>
    </EntranceLayout>
  )
}

/** The same whether or not there is such an account. */
function MailSent({ page, to }: { page: Page; to: string }) {
  const texts = page.texts['reset-password-email']
  const [before, ...rest] = texts.emailDescription.split(/\$\{email\}/)
  return (
    <EntranceLayout {...page} app={null} title={texts.title} footer={<BackToSignIn page={page} />}>
      <div className="grid gap-3" role="status">
        <p>
          {before}
          {rest.length > 0 ? <strong className="wrap-anywhere">{to}</strong> : null}
          {rest.join(to)}
        </p>
        <p className="text-sm text-muted">
          It works for an hour. Nothing there after some minutes? Look among the unwanted mail, and check the address.
        </p>
      </div>
    </EntranceLayout>
  )
}

function ChoosePassword({ page, email, lastResult }: FormProps & Pick<Props, 'email'>) {
  const [form, { password }] = useForm<Record<'password', string>>({ id: 'new-password', lastResult })
  const texts = page.texts['reset-password']
  return (
    <EntranceLayout {...page} title={texts.title} footer={<BackToSignIn page={page} />}>
      <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
        <p>
          For the account of <strong className="wrap-anywhere">{email}</strong>.
        </p>
        <NewPasswordField field={password} label={texts.passwordPlaceholder} />
        {texts.description ? <p className="text-sm text-muted">{texts.description}</p> : null}
        <Button size="lg" className="w-full">
          {texts.buttonText}
        </Button>
      </Form>
    </EntranceLayout>
  )
}

function PasswordChanged({ page, app }: { page: Page; app: { name: string; uri: string } | null }) {
  const texts = page.texts['reset-password-success']
  return (
    <EntranceLayout {...page} title={texts.title}>
      <p className="mb-5 text-muted" role="status">
        {texts.description}
        {app ? ` You can go on to ${app.name}.` : ''}
      </p>
      <ButtonLink to={app?.uri ?? page.links.signIn} size="lg" className="w-full">
        {app ? 'Go on and sign in' : texts.buttonText}
      </ButtonLink>
    </EntranceLayout>
  )
}

function BackToSignIn({ page }: { page: Page }) {
  return (
    <p>
      <TextLink to={page.links.signIn}>{page.texts['reset-password-request'].backToLoginLinkText}</TextLink>
    </p>
  )
}
