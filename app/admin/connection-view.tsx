import { type FieldMetadata, useForm } from '@conform-to/react'
import { Checkbox } from '~/ui/choice'
import { ConfirmDialog } from '~/ui/dialog'
import { Notice } from '~/ui/notice'
import { Callback, CommonFields, type ConnectionGiven, StrategyFields } from './connection-fields'
import type { ConnectionPage } from './connections'
import {
  Button,
  Buttons,
  CheckField,
  type Answer as FormAnswer,
  PostForm,
  resultFor,
  SaveButton,
  SelectField,
  useFormKey,
} from './form-parts'
import { Badge, Page, Section } from './page-parts'
import { count, STRATEGY_NAMES } from './words'

type Answer = FormAnswer & { tried?: 'answers' | 'silent' }
type Props = { page: ConnectionPage; mayChange: boolean; notice: string | null; answer: Answer | undefined }

export function ConnectionView({ page, mayChange, notice, answer }: Props) {
  const formKey = useFormKey(answer)
  return (
    <Page
      title={page.name}
      lead={`${STRATEGY_NAMES[page.strategy]}, ${count(page.people, 'person', 'people')}`}
      badge={
        page.isActive ? <Badge label="Active" tone="success" /> : <Badge label="Off: nobody signs in" tone="warning" />
      }
      back={{ to: '/admin/settings/connections', label: 'Connections' }}
      notice={notice}
      answer={answer}
    >
      {answer?.tried ? <Tried tried={answer.tried} /> : null}
      {page.isFederated ? <Provider page={page} mayChange={mayChange} /> : null}
      {mayChange ? (
        <>
          <Settings key={`settings ${formKey}`} page={page} answer={answer} />
          <Apps key={`apps ${formKey}`} page={page} />
          <Deletion page={page} />
        </>
      ) : (
        <Section title="Changes" hint="Owners of the tenant change connections. Ask one of them.">
          <p className="text-sm text-muted">
            {page.isDomainConnection
              ? 'It is at domain level: every third-party app may use it.'
              : 'It is for single first-party apps.'}
          </p>
        </Section>
      )}
    </Page>
  )
}

const Tried = ({ tried }: { tried: 'answers' | 'silent' }) =>
  tried === 'answers' ? (
    <Notice tone="success">The provider answers. Sign in at one of the apps below to see it through.</Notice>
  ) : (
    <Notice tone="danger" title="The provider does not answer">
      Check the addresses below, and that this server may reach them.
    </Notice>
  )

function Provider({ page, mayChange }: Pick<Props, 'page' | 'mayChange'>) {
  return (
    <Section title="At the provider">
      <div className="grid gap-5">
        <Callback callback={page.callback} hasSharedCallback={page.hasSharedCallback} />
        {mayChange ? (
          <PostForm>
            <Buttons>
              <Button name="intent" value="try" tone="secondary">
                See whether it answers
              </Button>
            </Buttons>
          </PostForm>
        ) : null}
      </div>
    </Section>
  )
}

function Settings({ page, answer }: Pick<Props, 'page' | 'answer'>) {
  const [form, fields] = useForm<ConnectionGiven>({
    id: 'connection',
    lastResult: resultFor(answer, 'save'),
    defaultValue: page.given,
  })
  return (
    <Section title="Settings">
      <PostForm form={form}>
        <CommonFields fields={fields} isFederated={page.isFederated} />
        <StrategyFields strategy={page.strategy} fields={fields.options.getFieldset()} hasSecret={page.hasSecret} />
        <CheckField
          field={fields.is_active}
          label="People can sign in here"
          help="Switched off, the sessions that began here end."
        />
        {fields.keeps_people.errors ? <KeepsPeople field={fields.keeps_people} people={page.people} /> : null}
        <SaveButton />
      </PostForm>
    </Section>
  )
}

/** Asked where another provider would say who the people of the connection are. */
const KeepsPeople = ({ field, people }: { field: FieldMetadata<string>; people: number }) => (
  <SelectField
    field={field}
    label={`At the new provider, the ${count(people, 'person', 'people')} of this connection`}
    options={[
      { value: '', label: 'Choose' },
      { value: 'same', label: 'are the same, with the same ids' },
      { value: 'others', label: 'are others: those of before sign in no more' },
    ]}
  />
)

function Apps({ page: { apps, isDomainConnection } }: Pick<Props, 'page'>) {
  return (
    <Section
      title="Apps"
      hint={
        isDomainConnection
          ? 'Every third-party app has it, as it is at domain level. First-party apps have it where you tick them.'
          : 'Third-party apps cannot have it, as it is not at domain level. First-party apps have it where you tick them.'
      }
    >
      {apps.length === 0 ? (
        <p className="text-muted">There is no first-party app. Programs make them by the Management API.</p>
      ) : (
        <PostForm>
          <fieldset className="min-w-0">
            <legend className="mb-2 text-sm font-semibold">First-party apps that have it</legend>
            <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
              {apps.map(({ clientId, name, isEnabled }) => (
                <div key={clientId}>
                  <input type="hidden" name="shown" value={clientId} />
                  <Checkbox
                    id={`app-${clientId}`}
                    name="app"
                    value={clientId}
                    label={<span className="font-normal">{name}</span>}
                    defaultChecked={isEnabled}
                  />
                </div>
              ))}
            </div>
          </fieldset>
          <Buttons>
            <Button name="intent" value="apps" tone="secondary">
              Save the apps
            </Button>
          </Buttons>
        </PostForm>
      )}
    </Section>
  )
}

function Deletion({ page: { id, name, people } }: Pick<Props, 'page'>) {
  return (
    <Section
      title="Delete this connection"
      hint="Nobody can sign in here any more, at once. Its people are deleted with all that is theirs."
    >
      <Buttons>
        <ConfirmDialog
          id={`delete-${id}`}
          trigger={{ label: 'Delete the connection', variant: 'danger' }}
          title={`Delete ${name}?`}
        >
          <p className="mb-4">
            {people === 0
              ? 'It knows nobody yet.'
              : `${count(people, 'person loses', 'people lose')} their way to sign in. Accounts that it is the main way of are deleted, with all consents. This cannot be undone.`}
          </p>
          <PostForm>
            <Buttons>
              <Button name="intent" value="delete" tone="danger">
                Delete the connection
              </Button>
            </Buttons>
          </PostForm>
        </ConfirmDialog>
      </Buttons>
    </Section>
  )
}
