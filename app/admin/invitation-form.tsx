import { useForm } from '@conform-to/react'
import { type Answer, Button, Buttons, PostForm, resultFor, SelectField, TextField } from './form-parts'

type Props = { roles: { value: string; label: string }[]; answer: Answer | undefined }

/** Asks somebody into a team, as the first of the roles unless another is chosen. */
export function InvitationForm({ roles, answer }: Props) {
  const [form, fields] = useForm<Record<'email' | 'role', string>>({
    id: 'invite',
    lastResult: resultFor(answer, 'invite'),
    defaultValue: { email: '', role: roles[0]?.value },
  })
  return (
    <PostForm form={form}>
      <TextField field={fields.email} label="E-mail address" type="email" autoComplete="off" />
      <SelectField field={fields.role} label="Role" options={roles} />
      <Buttons>
        <Button name="intent" value="invite">
          Mail the invitation
        </Button>
      </Buttons>
    </PostForm>
  )
}
