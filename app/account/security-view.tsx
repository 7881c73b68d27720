import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { Button } from '~/ui/button'
import { Card } from '~/ui/card'
import { FormActions } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { Time } from '~/ui/time'
import type { securityPage } from './account-pages'
import { ActResult } from './act-result'
import { NewPasswordField, PresentPasswordField } from './form-fields'
import { TextLink } from './text-link'

type Props = {
  page: ReturnType<typeof securityPage>
  notice: string | null
  lastResult: SubmissionResult<string[]> | undefined
}

export function SecurityView({ page: { email, passwordChangedAt }, notice, lastResult }: Props) {
  const [form, fields] = useForm<Record<'current_password' | 'password', string>>({ id: 'change-password', lastResult })
  return (
    <>
      <PageHeader
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
      <div className="grid max-w-xl gap-6">
        {lastResult ? null : <ActResult notice={notice} refusal={undefined} />}
        <Card>
          <Form method="post" className="grid gap-4" {...getFormProps(form)}>
            <FormToken />
            {/* Password managers look for the name of the account. */}
            <input type="text" name="username" value={email ?? ''} autoComplete="username" readOnly hidden />
            {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
            <PresentPasswordField field={fields.current_password} label="Present password" />
            <NewPasswordField field={fields.password} label="New password" />
            <p className="text-sm text-muted">
              Your other sessions end, and apps have to ask you to sign in again. We tell you by mail.
            </p>
            <FormActions>
              <Button>Change the password</Button>
            </FormActions>
          </Form>
        </Card>
        <p className="text-sm text-muted">
          Forgotten the present one? <TextLink to="/u/reset-password">Reset it by mail</TextLink>.
        </p>
      </div>
    </>
  )
}
