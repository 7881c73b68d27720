import { getFormProps, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { PASSWORD_HELP, PasswordField, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { PageHeader } from '~/ui/page-header'
import type { MadeApiSecret } from './api-access'
import { ApiAccess, MadeCredentials } from './api-access-view'
import { answerTo, Done, FormErrors, inputOf, Problem } from './form-parts'
import type { PageNotice } from './notices'
import type { organizationPage } from './organization-page'
import { Panel } from './panel'

type Page = Awaited<ReturnType<typeof organizationPage>>
type Props = Page & { notice: PageNotice; answer: (Refusal & { made?: MadeApiSecret }) | undefined }

export function OrganizationView({ organization, mayEdit, access, notice, answer }: Props) {
  const [saving, changing] = [answerTo(answer, 'save-organization'), answerTo(answer, 'change-password')]
  const adding = answerTo(answer, 'create-api-client')
  return (
    <>
      <PageHeader title={organization.name} description="Your organization, its programs, and your own password." />
      <div className="grid gap-6">
        {answer ? null : <Done notice={notice} />}
        {answer?.made ? <MadeCredentials made={answer.made} access={access} /> : null}
        {saving || changing || adding ? null : <Problem answer={answer} />}
        {mayEdit ? <OrganizationForm organization={organization} answer={saving} /> : null}
        <ApiAccess access={access} mayEdit={mayEdit} made={answer?.made} answer={adding} />
        <PasswordForm key={notice?.title} answer={changing} />
      </div>
    </>
  )
}

function OrganizationForm({ organization, answer }: Pick<Props, 'organization' | 'answer'>) {
  const [form, fields] = useForm<Record<'name' | 'website_uri', string>>({
    id: 'organization',
    lastResult: answer?.lastResult,
    defaultValue: organization,
  })
  return (
    <Panel title="Organization" lead="People read its name beside the names of your apps.">
      <Form method="post" {...getFormProps(form)} className="grid gap-4">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextField
          label="Name"
          autoComplete="organization"
          maxLength={80}
          help="Once an app of yours is live, only the people who run this site change it."
          {...inputOf(fields.name)}
        />
        <TextField label="Website (optional)" type="url" placeholder="https://" {...inputOf(fields.website_uri)} />
        <div>
          <Button name="intent" value="save-organization">
            Save
          </Button>
        </div>
      </Form>
    </Panel>
  )
}

function PasswordForm({ answer }: Pick<Props, 'answer'>) {
  const [form, fields] = useForm<Record<'current_password' | 'password', string>>({
    id: 'change-password',
    lastResult: answer?.lastResult,
  })
  return (
    <Panel title="Change your password" lead="Your other sessions end.">
      <Form method="post" {...getFormProps(form)} className="grid gap-4">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <PasswordField label="Present password" autoComplete="current-password" {...inputOf(fields.current_password)} />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          help={PASSWORD_HELP}
          {...inputOf(fields.password)}
        />
        <div>
          <Button name="intent" value="change-password">
            Change the password
          </Button>
        </div>
      </Form>
    </Panel>
  )
}
