import { type FieldMetadata, getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { Button, ButtonLink } from '~/ui/button'
import { TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { RecoveryCodes } from '~/ui/recovery-codes'
import { TotpEnrolment } from '~/ui/totp-enrolment'
import { EntranceLayout } from './entrance-layout'
import type { SecondFactorPage } from './second-factor'
import { TextLink } from './text-link'

type Props = { page: SecondFactorPage; answer: SubmissionResult<string[]> | { recoveryCodes: string[] } | undefined }

const SCREENS = { code: 'mfa-otp-challenge', 'set-up': 'mfa-otp-enrollment-code' } as const

/** Asks for the second factor, or sets it up. What follows is no page of Remix, so the browser sends the form itself. */
export function SecondFactorView({ page, answer }: Props) {
  if (answer && 'recoveryCodes' in answer) {
    return (
      <EntranceLayout {...page} title="Keep your recovery codes">
        <div className="grid gap-5">
          <RecoveryCodes codes={answer.recoveryCodes} />
          <GoOn to={page.continueTo}>I have kept them: go on</GoOn>
        </div>
      </EntranceLayout>
    )
  }
  const texts = page.step === 'done' ? undefined : page.texts[SCREENS[page.step]]
  return (
    <EntranceLayout
      {...page}
      title={texts?.title ?? 'You are signed in'}
      description={texts?.description}
      footer={<Otherwise page={page} />}
    >
      <div className="grid gap-5">
        {page.step === 'done' ? <GoOn to={page.continueTo}>Go on</GoOn> : <CodeForm page={page} lastResult={answer} />}
      </div>
    </EntranceLayout>
  )
}

/** Who is not the one asked for signs in; who sets it up without having to may leave it. */
function Otherwise({ page }: { page: SecondFactorPage }) {
  if (page.step === 'set-up' && page.app === null) return <TextLink to={page.continueTo}>Not now</TextLink>
  if (page.step !== 'code') return null
  return (
    <p>
      Not you? <TextLink to={page.signIn}>Sign in as somebody else</TextLink>
    </p>
  )
}

const GoOn = ({ to, children }: { to: string; children: string }) => (
  <ButtonLink to={to} reloadDocument size="lg" className="w-full">
    {children}
  </ButtonLink>
)

type FormProps = {
  page: Exclude<SecondFactorPage, { step: 'done' }>
  lastResult: SubmissionResult<string[]> | undefined
}

function CodeForm({ page, lastResult }: FormProps) {
  const [form, fields] = useForm<{ code: string }>({ id: 'second-factor', lastResult })
  const texts = page.texts[SCREENS[page.step]]
  return (
    <>
      {page.step === 'set-up' ? <TotpEnrolment lead={leadOf(page)} {...page.enrolment} /> : null}
      {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
      <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        <CodeField field={fields.code} label={texts.placeholder} isFirst={page.step === 'set-up'} />
        <Button size="lg" className="w-full">
          {texts.buttonText}
        </Button>
      </Form>
      {page.mayCancel ? (
        <Form method="post" reloadDocument>
          <FormToken />
          <Button variant="secondary" size="lg" name="decision" value="deny" className="w-full">
            Go back to the app
          </Button>
        </Form>
      ) : null}
    </>
  )
}

type CodeFieldProps = { field: FieldMetadata<string>; label?: string; isFirst?: boolean }

export function CodeField({ field, label = 'Code', isFirst = false }: CodeFieldProps) {
  const { key, name, errors } = field
  return (
    <TextField
      key={key}
      name={name}
      errors={errors}
      label={label}
      help={isFirst ? 'Six digits.' : 'Six digits from your authenticator app, or one of your recovery codes.'}
      autoComplete="one-time-code"
      required
    />
  )
}

const leadOf = ({ app }: SecondFactorPage): string =>
  app
    ? `${app.name} asks for a sign-in with two factors: your password, and a code from your phone.`
    : 'With a second factor, a stolen password is not enough to get in.'
