import { getFormProps, useForm } from '@conform-to/react'
import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button, ButtonLink } from '~/ui/button'
import { PASSWORD_HELP, PasswordField, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Entrance, LINK } from './entrance'
import { FormErrors, inputOf } from './form-parts'

const back = (
  <Link to="/portal/sign-in" className={LINK}>
    Back to sign-in
  </Link>
)

type ForgotProps = { siteName: string; answer: (Refusal & { mailedTo?: string }) | undefined }

export function ForgotPasswordView({ siteName, answer }: ForgotProps) {
  const [form, fields] = useForm<{ email: string }>({ id: 'forgot-password', lastResult: answer?.lastResult })
  if (answer?.mailedTo) {
    return (
      <Entrance siteName={siteName} title="Check your mail" footer={back}>
        <p>
          If there is an account with the address <strong>{answer.mailedTo}</strong>, a link to choose a new password is
          on its way. It works for an hour. Look into the spam folder too.
        </p>
      </Entrance>
    )
  }
  return (
    <Entrance
      siteName={siteName}
      title="Reset your password"
      lead="Enter your e-mail address. We mail you a link to choose a new password."
      footer={back}
    >
      <Form method="post" {...getFormProps(form)} className="grid gap-5">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextField label="E-mail address" type="email" autoComplete="username" {...inputOf(fields.email)} />
        <Button size="lg">Mail the link</Button>
      </Form>
    </Entrance>
  )
}

type ResetProps = {
  siteName: string
  ticket: string
  reset: { email: string } | undefined
  answer: Refusal | undefined
}

export function ResetPasswordView({ siteName, ticket, reset, answer }: ResetProps) {
  const [form, fields] = useForm<{ password: string }>({ id: 'reset-password', lastResult: answer?.lastResult })
  if (!reset) {
    return (
      <Entrance siteName={siteName} title="This link no longer works" footer={back}>
        <p>It was used already, has expired, or a newer one was mailed. Ask for a new one.</p>
        <ButtonLink to="/portal/forgot-password" size="lg">
          Mail a new link
        </ButtonLink>
      </Entrance>
    )
  }
  return (
    <Entrance
      siteName={siteName}
      title="Choose a new password"
      lead={`For the account of ${reset.email}. All your sessions end, wherever you are signed in.`}
      footer={back}
    >
      <Form method="post" {...getFormProps(form)} className="grid gap-5">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <input type="hidden" name="ticket" value={ticket} />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          help={PASSWORD_HELP}
          {...inputOf(fields.password)}
        />
        <Button size="lg">Change the password</Button>
      </Form>
    </Entrance>
  )
}
