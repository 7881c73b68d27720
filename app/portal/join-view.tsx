import { getFormProps, useForm } from '@conform-to/react'
import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { PASSWORD_HELP, PasswordField, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Entrance, LINK } from './entrance'
import { FormErrors, inputOf } from './form-parts'

type Props = {
  siteName: string
  ticket: string
  invitation: { teamName: string; email: string; role: string } | undefined
  answer: Refusal | undefined
}

export function JoinView({ siteName, ticket, invitation, answer }: Props) {
  const [form, fields] = useForm<Record<'name' | 'email' | 'password', string>>({
    id: 'join',
    lastResult: answer?.lastResult,
    defaultValue: { email: invitation?.email },
  })
  const footer = (
    <Link to="/portal/sign-in" className={LINK}>
      Go to sign-in
    </Link>
  )
  if (!invitation) {
    return (
      <Entrance siteName={siteName} title="This invitation no longer works" footer={footer}>
        <p>It was used or taken back, has expired, or a newer one was mailed. Ask who invited you for a new one.</p>
      </Entrance>
    )
  }
  const { teamName, email, role } = invitation
  return (
    <Entrance
      siteName={siteName}
      title={`Join ${teamName}`}
      lead={
        role === 'owner'
          ? 'As an owner you work on its apps, and decide about its team and its programs.'
          : 'As a developer you work on its apps: you test them, submit them for review and rotate their secrets.'
      }
      footer={footer}
    >
      <Form method="post" {...getFormProps(form)} className="grid gap-5">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <input type="hidden" name="ticket" value={ticket} />
        <TextField label="Your name" autoComplete="name" {...inputOf(fields.name)} />
        <TextField
          label="E-mail address"
          type="email"
          readOnly
          autoComplete="username"
          help="The invitation went there. You sign in with it."
          {...inputOf(fields.email)}
          defaultValue={email}
        />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          help={PASSWORD_HELP}
          {...inputOf(fields.password)}
        />
        <Button size="lg">Join the team</Button>
      </Form>
    </Entrance>
  )
}
