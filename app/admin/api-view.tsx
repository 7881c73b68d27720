import { useForm } from '@conform-to/react'
import { sensitivities } from '~/ui/app-words'
import { ApiFields, type ApiFormFields, ScopeRows } from './api-fields'
import { type Answer, Button, Buttons, PostForm, resultFor, TextField, useFormKey } from './form-parts'
import { Badge, Facts, Page, Section, Table } from './page-parts'
import { count } from './words'

type Scope = { value: string; description: string; sensitivity: 'basic' | 'sensitive' | 'restricted' }
type Props = {
  api: {
    id: string
    name: string
    identifier: string
    description: string
    signingAlg: string
    tokenLifetime: number
    allowOfflineAccess: boolean
    skipConsentForFirstParty: boolean
    openToPartners: boolean
    isSystem: boolean
  }
  scopes: Scope[]
  grants: number
  notice: string | null
  answer: Answer | undefined
}

export const emptyScopes = (howMany: number) =>
  Array.from({ length: howMany }, () => ({ value: '', description: '', sensitivity: 'basic' }))

export function ApiView(props: Props) {
  const { api, notice, answer } = props
  const formKey = useFormKey(answer)
  return (
    <Page title={api.name} back={{ to: '/admin/apis', label: 'APIs' }} notice={notice} answer={answer}>
      {api.isSystem ? <SystemApi {...props} /> : <EditableApi key={formKey} {...props} />}
    </Page>
  )
}

function SystemApi({ api, scopes }: Props) {
  return (
    <Section title="Part of the program" hint="This API cannot be changed or deleted.">
      <Facts
        items={[
          ['Identifier', <code key="i">{api.identifier}</code>],
          ['Access tokens', `${api.signingAlg}, ${api.tokenLifetime} seconds`],
        ]}
      />
      <Table
        caption="Scopes"
        head={['Scope', 'What it lets an app do', 'Sensitivity']}
        empty="It has no scopes."
        rows={scopes.map((scope) => ({
          key: scope.value,
          cells: [
            <code key="v">{scope.value}</code>,
            scope.description,
            <Badge key="s" {...sensitivities[scope.sensitivity]} />,
          ],
        }))}
      />
    </Section>
  )
}

function EditableApi({ api, scopes, grants, answer }: Props) {
  const on = (isOn: boolean) => (isOn ? 'on' : '')
  const [form, fields] = useForm<ApiFormFields>({
    id: 'api',
    lastResult: resultFor(answer, 'save'),
    defaultValue: {
      name: api.name,
      description: api.description,
      token_lifetime: String(api.tokenLifetime),
      signing_alg: api.signingAlg,
      allow_offline_access: on(api.allowOfflineAccess),
      skip_consent_for_first_party: on(api.skipConsentForFirstParty),
      open_to_partners: on(api.openToPartners),
      scopes: [...scopes, ...emptyScopes(3)],
    },
  })
  const [deleteForm, deletion] = useForm<{ confirm_name: string }>({
    id: 'delete',
    lastResult: resultFor(answer, 'delete'),
  })
  return (
    <>
      <PostForm form={form}>
        <ApiFields fields={fields} identifier={api.identifier} />
        <ScopeRows rows={fields.scopes.getFieldList()} />
        <Buttons>
          <Button name="intent" value="save">
            Save the API
          </Button>
        </Buttons>
      </PostForm>
      <Section
        title="Delete this API"
        hint={`${count(grants, 'consent')} of people and all tokens for it end with it. Apps that ask for it are refused.`}
      >
        <PostForm form={deleteForm}>
          <TextField field={deletion.confirm_name} label={`Type ${api.name} to confirm`} />
          <Buttons>
            <Button name="intent" value="delete" tone="danger">
              Delete the API
            </Button>
          </Buttons>
        </PostForm>
      </Section>
    </>
  )
}
