import { useForm } from '@conform-to/react'
import { ButtonLink } from '~/ui/button'
import { PASSWORD_HELP } from '~/ui/form'
import { type Answer, Button, PostForm, TextField } from './form-parts'
import { Entrance, TextLink } from './page-parts'

type ForgotProps = { tenant: string; answer: (Answer & { mailedTo?: string }) | undefined }

export function ForgotPasswordView({ tenant, answer }: ForgotProps) {
  const [form, fields] = useForm<{ email: string }>({ lastResult: answer?.lastResult })
  if (answer?.mailedTo) {
    return (
      <Entrance title="Check your mail" tenant={tenant}>
        <p>
          If <strong>{answer.mailedTo}</strong> is a member’s address, a link to choose a new password is on its way. It
          works for an hour.
        </p>
        <TextLink to="/admin/sign-in">Back to sign-in</TextLink>
      </Entrance>
    )
  }
  const lead = 'We mail you a link to choose a new password. You still need your second factor afterwards.'
  return (
    <Entrance title="Reset your password" tenant={tenant} lead={lead} problem={answer?.problem}>
      <PostForm form={form}>
        <TextField field={fields.email} label="E-mail address" type="email" autoComplete="username" />
        <Button>Mail the link</Button>
      </PostForm>
      <TextLink to="/admin/sign-in">Back to sign-in</TextLink>
    </Entrance>
  )
}

type ResetProps = { tenant: string; ticket: string; reset: { email: string } | undefined; answer: Answer | undefined }

export function ResetPasswordView({ tenant, ticket, reset, answer }: ResetProps) {
  const [form, fields] = useForm<{ password: string }>({ lastResult: answer?.lastResult })
  if (!reset) {
    return (
      <Entrance title="This link no longer works" tenant={tenant}>
        <p>It was used already, has expired, or a newer one was mailed.</p>
        <ButtonLink to="/admin/forgot-password">Mail a new link</ButtonLink>
      </Entrance>
    )
  }
  return (
    <Entrance title="Choose a new password" tenant={tenant} problem={answer?.problem}>
      <p>
        For the account of <strong className="wrap-anywhere">{reset.email}</strong>.
      </p>
      <PostForm form={form}>
        <input type="hidden" name="ticket" value={ticket} />
        <TextField
          field={fields.password}
          label="New password"
          type="password"
          autoComplete="new-password"
          help={`${PASSWORD_HELP} All your sessions end.`}
        />
        <Button>Change the password</Button>
      </PostForm>
    </Entrance>
  )
}
