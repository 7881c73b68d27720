import { useForm } from '@conform-to/react'
import { type Answer, Button, Buttons, PostForm, resultFor, TextAreaField } from './form-parts'

type Props = { isSuspended: boolean; what: string; answer: Answer | undefined }

/** Suspends with a reason, or lifts the suspension. */
export function ModerationForm({ isSuspended, what, answer }: Props) {
  const [form, fields] = useForm<{ reason: string }>({ lastResult: resultFor(answer, 'suspend', 'reinstate') })
  return (
    <PostForm form={form}>
      <TextAreaField
        field={fields.reason}
        label={isSuspended ? 'Message to the team (optional)' : 'Reason'}
        help="The team reads it, in the portal and by mail."
      />
      <Buttons>
        {isSuspended ? (
          <Button name="intent" value="reinstate">
            Reinstate {what}
          </Button>
        ) : (
          <Button name="intent" value="suspend" tone="danger">
            Suspend {what}
          </Button>
        )}
      </Buttons>
    </PostForm>
  )
}
