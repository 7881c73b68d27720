import { useForm } from '@conform-to/react'
import { PASSWORD_HELP } from '~/ui/form'
import { type Answer, Button, PostForm, TextField } from './form-parts'
import { Entrance, TextLink } from './page-parts'

type Props = { ticket: string; isLive: boolean; answer: Answer | undefined }

export function SetUpView({ ticket, isLive, answer }: Props) {
  const [form, fields] = useForm<{ name: string; email: string; password: string }>({ lastResult: answer?.lastResult })
  if (!isLive) {
    return (
      <Entrance title="This set-up link no longer works" problem={answer?.problem}>
        <p>
          It was used, or is too old. If there is an owner already, <TextLink to="/admin/sign-in">sign in</TextLink>. If
          there is none, restart the program: it prints a new link.
        </p>
      </Entrance>
    )
  }
  return (
    <Entrance title="Set up the first owner" lead="The owner decides which apps go live." problem={answer?.problem}>
      <PostForm form={form}>
        <input type="hidden" name="ticket" value={ticket} />
        <TextField field={fields.name} label="Your name" autoComplete="name" />
        <TextField field={fields.email} label="E-mail address" type="email" autoComplete="username" />
        <TextField
          field={fields.password}
          label="Password"
          help={PASSWORD_HELP}
          type="password"
          autoComplete="new-password"
        />
        <Button>Make the account</Button>
      </PostForm>
    </Entrance>
  )
}
