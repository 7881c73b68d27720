import { useForm } from '@conform-to/react'
import { ApiFields, type ApiFormFields, ScopeRows } from './api-fields'
import { emptyScopes } from './api-view'
import { type Answer, Button, Buttons, PostForm } from './form-parts'
import { Page } from './page-parts'

export function NewApiView({ answer }: { answer: Answer | undefined }) {
  const [form, fields] = useForm<ApiFormFields>({
    lastResult: answer?.lastResult,
    defaultValue: { token_lifetime: '86400', signing_alg: 'RS256', scopes: emptyScopes(4) },
  })
  return (
    <Page title="New API" back={{ to: '/admin/apis', label: 'APIs' }} answer={answer?.problem ? answer : undefined}>
      <PostForm form={form}>
        <ApiFields fields={fields} />
        <ScopeRows rows={fields.scopes.getFieldList()} />
        <Buttons>
          <Button>Make the API</Button>
        </Buttons>
      </PostForm>
    </Page>
  )
}
