import { useForm } from '@conform-to/react'
import { type Answer, Button, PostForm, TextField } from './form-parts'
import { Entrance, TextLink } from './page-parts'

type Props = {
  tenant: string
  continueTo: string
  notice: string | null
  isToConfirm: boolean
  answer: Answer | undefined
}

export function SignInView({ tenant, continueTo, notice, isToConfirm, answer }: Props) {
  const [form, fields] = useForm<{ username: string; password: string }>({ lastResult: answer?.lastResult })
  return (
    <Entrance
      title="Sign in to the admin area"
      tenant={tenant}
      notice={notice}
      isRequest={isToConfirm}
      problem={answer?.problem}
    >
      <PostForm form={form}>
        <input type="hidden" name="continue" value={continueTo} />
        <TextField field={fields.username} label="E-mail address" type="email" autoComplete="username" />
        <TextField field={fields.password} label="Password" type="password" autoComplete="current-password" />
        <Button>Sign in</Button>
      </PostForm>
      <p className="text-center text-sm">
        <TextLink to="/admin/forgot-password">Forgot your password?</TextLink>
      </p>
    </Entrance>
  )
}
