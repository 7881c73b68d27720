import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { Button, ButtonLink } from '~/ui/button'
import { Card, CardHeader } from '~/ui/card'
import { FormActions } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { RecoveryCodes } from '~/ui/recovery-codes'
import { Time } from '~/ui/time'
import type { securityPage } from './account-pages'
import { ActResult } from './act-result'
import { NewPasswordField, PresentPasswordField } from './form-fields'
import { IDENTITY_INTENTS, Identities } from './identities-view'
import { CodeField } from './second-factor-view'
import { TextLink } from './text-link'

type LastResult = SubmissionResult<string[]> | undefined
type Page = Awaited<ReturnType<typeof securityPage>>

type Props = {
  page: Page
  notice: string | null
  answer: SubmissionResult<string[]> | { recoveryCodes: string[] } | undefined
}

export function SecurityView({ page, notice, answer }: Props) {
  const recoveryCodes = answer && 'recoveryCodes' in answer ? answer.recoveryCodes : undefined
  const lastResult = answer && !('recoveryCodes' in answer) ? answer : undefined
  // Every button but the one of the password has a name.
  const intent = lastResult?.initialValue?.intent
  const isOfIdentities = IDENTITY_INTENTS.some((known) => known === intent)
  const isOfSecondFactor = intent !== undefined && !isOfIdentities
  return (
    <>
      <PageHeader title="Security" description="How you prove that it is you." />
      <div className="grid max-w-xl gap-6">
        {answer ? null : <ActResult notice={notice} refusal={undefined} />}
        {page.identities.hasPassword ? (
          <Password {...page} lastResult={intent === undefined ? lastResult : undefined} />
        ) : null}
        <Identities {...page.identities} lastResult={isOfIdentities ? lastResult : undefined} />
        <SecondFactor
          {...page.secondFactor}
          lastResult={isOfSecondFactor ? lastResult : undefined}
          recoveryCodes={recoveryCodes}
        />
      </div>
    </>
  )
}

function Password({ email, passwordChangedAt, lastResult }: Page & { lastResult: LastResult }) {
  const [form, fields] = useForm<Record<'current_password' | 'password', string>>({ id: 'change-password', lastResult })
  return (
    <Card>
      <CardHeader
        title="Password"
        description={
          passwordChangedAt === null ? (
            'You have not changed it since you made your account.'
          ) : (
            <>
              Last changed <Time at={passwordChangedAt} />.
            </>
          )
        }
      />
      <Form method="post" className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        {/* Password managers look for the name of the account. */}
        <input type="text" name="username" value={email ?? ''} autoComplete="username" readOnly hidden />
        {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
        <PresentPasswordField field={fields.current_password} label="Present password" />
        <NewPasswordField field={fields.password} label="New password" />
        <p className="text-sm text-muted">
          Your other sessions end, and apps have to ask you to sign in again. We tell you by mail. Forgotten the present
          one? <TextLink to="/u/reset-password">Reset it by mail</TextLink>.
        </p>
        <FormActions>
          <Button>Change the password</Button>
        </FormActions>
      </Form>
    </Card>
  )
}

type SecondFactorProps = Page['secondFactor'] & { lastResult: LastResult; recoveryCodes: string[] | undefined }

function SecondFactor({ isSetUp, unusedRecoveryCodes, lastResult, recoveryCodes }: SecondFactorProps) {
  const [form, fields] = useForm<{ code: string }>({ id: 'second-factor', lastResult })
  if (!isSetUp) {
    return (
      <Card>
        <CardHeader
          title="Second factor"
          description="Nothing is asked after the first step of a sign-in. With an authenticator app on your phone, a stolen password is not enough to get in."
        />
        <ButtonLink to="/account/second-factor?continue=%2Faccount%2Fsecurity">Set up an authenticator app</ButtonLink>
      </Card>
    )
  }
  return (
    <Card>
      <CardHeader
        title="Second factor"
        description={`An authenticator app is set up, and you have ${unusedRecoveryCodes} unused recovery ${unusedRecoveryCodes === 1 ? 'code' : 'codes'}.`}
      />
      <div className="grid gap-5">
        {recoveryCodes ? <RecoveryCodes codes={recoveryCodes} /> : null}
        <Form method="post" className="grid gap-4" {...getFormProps(form)}>
          <FormToken />
          {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
          <CodeField field={fields.code} />
          <FormActions>
            <Button name="intent" value="replace-recovery-codes" variant="secondary">
              Make new recovery codes
            </Button>
            <Button name="intent" value="remove-authenticator" variant="danger">
              Remove the authenticator app
            </Button>
          </FormActions>
        </Form>
      </div>
    </Card>
  )
}
