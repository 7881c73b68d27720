import { getFormProps, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button, ButtonLink } from '~/ui/button'
import { RadioCards } from '~/ui/choice'
import { FormActions, TextArea, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { PageHeader } from '~/ui/page-header'
import type { AppType } from '~db/queries/clients'
import { appTypes } from './app-types'
import { FormErrors, inputOf } from './form-parts'
import { MadeApp } from './made-app'
import { Panel } from './panel'
import type { ScopeGroup } from './scope-groups'
import { ScopePicker, type ScopeValues, scopeValues } from './scope-picker'

export type Made = { clientId: string; name: string; appType: AppType; secret: string | null }
type Values = { name: string; app_type: string; callbacks: string; description: string; scopes: ScopeValues[] }
type Props = { groups: ScopeGroup[]; answer: (Refusal & { made?: Made }) | undefined }

const TYPES = Object.entries(appTypes).map(([value, { label, explanation, icon }]) => ({
  value,
  title: label,
  description: explanation,
  icon,
}))

export function NewAppView({ groups, answer }: Props) {
  return answer?.made ? <MadeApp {...answer.made} /> : <NewAppForm groups={groups} answer={answer} />
}

function NewAppForm({ groups, answer }: Props) {
  const [form, fields] = useForm<Values>({
    id: 'new-app',
    lastResult: answer?.lastResult,
    defaultValue: { scopes: scopeValues(groups) },
  })
  const type = inputOf(fields.app_type)
  return (
    <>
      <PageHeader
        title="New app"
        back={{ to: '/portal/apps', label: 'Apps' }}
        description="A name, a type and a callback are enough to start. Everything but the type can be changed later."
      />
      <Form method="post" {...getFormProps(form)} className="grid gap-6">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <Panel title="The app">
          <TextField
            label="Name"
            help="People read it when the app asks for access."
            maxLength={60}
            {...inputOf(fields.name)}
          />
          <RadioCards legend="Type" options={TYPES} {...type} />
          <TextArea
            label="Callbacks"
            rows={3}
            help="One address a line: where people return after signing in. Use https, or http://localhost while you develop. Machine-to-machine apps need none."
            placeholder="https://app.example.com/callback"
            className="font-mono text-sm!"
            spellCheck={false}
            {...inputOf(fields.callbacks)}
          />
          <TextField
            label="Description (optional)"
            help="One line: what the app does for people."
            maxLength={140}
            {...inputOf(fields.description)}
          />
        </Panel>
        <Panel
          title="Scopes (optional)"
          lead="What the app may do for people who allow it. Ask for what you need; you can come back to this."
        >
          <ScopePicker groups={groups} fields={fields.scopes.getFieldList()} />
        </Panel>
        <FormActions>
          <Button>Create app</Button>
          <ButtonLink to="/portal/apps" variant="quiet">
            Cancel
          </ButtonLink>
        </FormActions>
      </Form>
    </>
  )
}
