import { getFormProps, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { AppFrame } from './app-frame'
import type { scopesPage } from './app-pages'
import { answerTo, FormErrors, Problem } from './form-parts'
import type { PageNotice } from './notices'
import { Panel } from './panel'
import { ScopePicker, type ScopeValues, scopeValues } from './scope-picker'
import { EditingNotice } from './settings-view'

type Page = Awaited<ReturnType<typeof scopesPage>>
type Props = Page & { notice: PageNotice; answer: Refusal | undefined }

export function ScopesView({ head, groups, notice, answer }: Props) {
  const saving = answerTo(answer, 'save')
  return (
    <AppFrame head={head} notice={answer ? null : notice}>
      {saving ? null : <Problem answer={answer} />}
      <EditingNotice head={head} />
      <ScopesForm key={JSON.stringify(scopeValues(groups))} head={head} groups={groups} answer={saving} />
    </AppFrame>
  )
}

function ScopesForm({ head, groups, answer }: Pick<Props, 'head' | 'groups' | 'answer'>) {
  const [form, fields] = useForm<{ scopes: ScopeValues[] }>({
    id: 'scopes',
    lastResult: answer?.lastResult,
    defaultValue: { scopes: scopeValues(groups) },
  })
  return (
    <Form method="post" {...getFormProps(form)} className="grid gap-6">
      <FormToken />
      <FormErrors formId={form.id} result={answer?.lastResult} />
      <fieldset disabled={head.proposedState === 'submitted'} className="grid min-w-0 gap-6">
        <Panel
          title="What the app asks people for"
          lead="Ask for as little as you need: people can refuse what is not required, and reviewers read every reason."
        >
          <ScopePicker groups={groups} fields={fields.scopes.getFieldList()} />
        </Panel>
        <div>
          <Button name="intent" value="save">
            {head.isLive ? 'Save as a proposal' : 'Save'}
          </Button>
        </div>
      </fieldset>
    </Form>
  )
}
