import { useForm } from '@conform-to/react'
import { PASSWORD_HELP, TextField as UiTextField } from '~/ui/form'
import { type Answer, Button, PostForm, TextField } from './form-parts'
import { Entrance, TextLink } from './page-parts'

type Props = {
  ticket: string
  invitation: { teamName: string; email: string; role: string } | undefined
  answer: Answer | undefined
}

export function JoinView({ ticket, invitation, answer }: Props) {
  const [form, fields] = useForm<{ name: string; email: string; password: string }>({
    id: 'join',
    lastResult: answer?.lastResult,
  })
  if (!invitation) {
    return (
      <Entrance title="This invitation no longer works" problem={answer?.problem}>
        <p>
          It was used or taken back, has expired, or a newer one was mailed. Ask who invited you for a new one, or{' '}
          <TextLink to="/admin/sign-in">sign in</TextLink>.
        </p>
      </Entrance>
    )
  }
  const { teamName, email, role } = invitation
  return (
    <Entrance
      title={`Join ${teamName}`}
      tenant={teamName}
      lead={
        role === 'owner'
          ? 'As an owner you decide which apps go live, and about settings, keys and members.'
          : 'As a reviewer you decide which apps go live.'
      }
      problem={answer?.problem}
    >
      <PostForm form={form}>
        <input type="hidden" name="ticket" value={ticket} />
        <TextField field={fields.name} label="Your name" autoComplete="name" />
        <UiTextField
          id={fields.email.id}
          name={fields.email.name}
          errors={fields.email.errors}
          label="E-mail address"
          type="email"
          readOnly
          autoComplete="username"
          help="The invitation went there. You sign in with it."
          defaultValue={email}
        />
        <TextField
          field={fields.password}
          label="Password"
          help={PASSWORD_HELP}
          type="password"
          autoComplete="new-password"
        />
        <Button>Join the team</Button>
      </PostForm>
    </Entrance>
  )
}
