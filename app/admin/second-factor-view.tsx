import { useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { RecoveryCodes } from '~/ui/recovery-codes'
import { TotpEnrolment } from '~/ui/totp-enrolment'
import { type Answer, Button, PostForm, TextField } from './form-parts'
import { Entrance } from './page-parts'

type Enrolment = { secret: string; qrCode: { size: number; path: string } }
type Props = { tenant: string; continueTo: string; answer: Answer | undefined } & (
  | { step: 'done' | 'code' }
  | { step: 'set-up'; mayWait: boolean; enrolment: Enrolment }
)

export function SecondFactorView(props: Props) {
  const { tenant, answer, continueTo } = props
  if (answer?.recoveryCodes) {
    return (
      <Entrance title="Keep your recovery codes" tenant={tenant}>
        <RecoveryCodes codes={answer.recoveryCodes} />
        <ButtonLink to={continueTo}>I have kept them: go on</ButtonLink>
      </Entrance>
    )
  }
  if (props.step === 'done') {
    return (
      <Entrance title="You are signed in" tenant={tenant}>
        <ButtonLink to={continueTo}>Go on</ButtonLink>
      </Entrance>
    )
  }
  const title = props.step === 'code' ? 'Enter your code' : 'Set up your second factor'
  return (
    <Entrance title={title} tenant={tenant} problem={answer?.problem}>
      {props.step === 'set-up' && (
        <TotpEnrolment lead="Owners sign in with a password and a code." {...props.enrolment} />
      )}
      <CodeForm {...props} />
      {props.step === 'set-up' && props.mayWait ? (
        <ButtonLink to={continueTo} variant="quiet">
          Not now
        </ButtonLink>
      ) : (
        <Form method="post" action="/admin/sign-out">
          <FormToken />
          <Button tone="quiet">Sign in as somebody else</Button>
        </Form>
      )}
    </Entrance>
  )
}

function CodeForm({ step, continueTo, answer }: Props) {
  const [form, fields] = useForm<{ code: string }>({ lastResult: answer?.lastResult })
  const hint =
    step === 'code' ? 'Six digits from your authenticator app, or one of your recovery codes.' : 'Six digits.'
  return (
    <PostForm form={form}>
      <input type="hidden" name="continue" value={continueTo} />
      <TextField field={fields.code} label="Code" help={hint} autoComplete="one-time-code" />
      <Button>{step === 'code' ? 'Go on' : 'Confirm the code'}</Button>
    </PostForm>
  )
}
