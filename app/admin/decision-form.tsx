import { useForm } from '@conform-to/react'
import { type Answer, Button, Buttons, PostForm, TextAreaField } from './form-parts'

type Props = { seen: string; isLive: boolean; answer: Answer | undefined }

export function DecisionForm({ seen, isLive, answer }: Props) {
  const [form, fields] = useForm<{ message: string }>({ lastResult: answer?.lastResult })
  return (
    <PostForm form={form}>
      <input type="hidden" name="seen" value={seen} />
      <TextAreaField
        field={fields.message}
        label="Message to the partner"
        help="Needed to ask for changes or to reject; the team reads it in the portal and by mail."
        rows={5}
      />
      <p>
        {isLive
          ? 'Until you approve, the live version goes on as it is.'
          : 'Once you approve, everyone can use the app with what is submitted above.'}
      </p>
      <Buttons>
        <Button name="decision" value="approve">
          Approve
        </Button>
        <Button name="decision" value="request_changes" tone="secondary">
          Request changes
        </Button>
        <Button name="decision" value="reject" tone="danger">
          Reject
        </Button>
      </Buttons>
    </PostForm>
  )
}
