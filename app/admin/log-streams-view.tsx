import { useForm } from '@conform-to/react'
import { Checkbox } from '~/ui/choice'
import { ConfirmDialog } from '~/ui/dialog'
import { type Answer, Button, Buttons, PostForm, resultFor, SelectField, TextField, useFormKey } from './form-parts'
import type { LogStreamsPage } from './log-streams'
import { Badge, Page, Section, Table, TextLink, When } from './page-parts'
import { WEBHOOK_STATES } from './webhook-parts'
import { count } from './words'

type Stream = LogStreamsPage['streams'][number]
type Props = {
  page: LogStreamsPage
  /** Of the entries that a stream can be narrowed to. */
  categories: readonly string[]
  mayChange: boolean
  notice: string | null
  answer: Answer | undefined
}

export function LogStreamsView({ page, categories, mayChange, notice, answer }: Props) {
  const formKey = useFormKey(answer)
  return (
    <Page
      title="Log streams"
      lead={
        <>
          Servers that are sent the log as it comes, in order. <TextLink to="/docs/events">What they are sent</TextLink>
          .
        </>
      }
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      <Section title="Log streams">
        <Table
          caption="Log streams, the oldest first"
          head={['Name', 'Entries', 'State', 'Last delivery', ...(mayChange ? [''] : [])]}
          empty="There is none yet."
          rows={page.streams.map((stream) => ({
            key: stream.id,
            cells: [
              <Name key="n" {...stream} />,
              stream.categories.length === 0 ? 'All' : count(stream.categories.length, 'category', 'categories'),
              <State key="s" {...stream} />,
              <When key="at" at={stream.lastDeliveryAt} />,
              ...(mayChange ? [<Acts key="a" {...stream} />] : []),
            ],
          }))}
        />
      </Section>
      {mayChange ? <NewStream key={formKey} categories={categories} answer={answer} /> : null}
    </Page>
  )
}

const Name = ({ name, address }: Stream) => (
  <>
    <span className="block font-medium">{name}</span>
    <span className="block text-sm break-all text-muted">{address}</span>
  </>
)

const State = ({ status, lastProblem }: Stream) => (
  <>
    <Badge {...WEBHOOK_STATES[status]} />
    {lastProblem === null ? null : <span className="mt-1 block text-sm text-muted">{lastProblem}</span>}
  </>
)

const Acts = ({ id, name, status }: Stream) => (
  <span className="inline-flex flex-wrap justify-end gap-2">
    <PostForm>
      <input type="hidden" name="id" value={id} />
      {status === 'active' ? (
        <Button name="intent" value="pause" tone="secondary">
          Pause
        </Button>
      ) : (
        <Button name="intent" value="resume" tone="secondary">
          Resume
        </Button>
      )}
    </PostForm>
    <ConfirmDialog id={`delete-${id}`} trigger={{ label: 'Delete' }} title={`Delete ${name}?`}>
      <p className="mb-4">What it was still to be sent is lost to it. The log itself stays.</p>
      <PostForm>
        <input type="hidden" name="id" value={id} />
        <Buttons>
          <Button name="intent" value="delete" tone="danger">
            Delete the log stream
          </Button>
        </Buttons>
      </PostForm>
    </ConfirmDialog>
  </span>
)

type Given = { name: string; url: string; format: string; authorization: string; categories: string[] }

function NewStream({ categories, answer }: Pick<Props, 'categories' | 'answer'>) {
  const [form, fields] = useForm<Given>({
    id: 'log-stream',
    lastResult: resultFor(answer, 'create'),
    defaultValue: { format: 'JSONLINES', categories: [] },
  })
  const chosen = new Set([fields.categories.initialValue ?? []].flat())
  return (
    <Section title="New log stream">
      <PostForm form={form}>
        <TextField field={fields.name} label="Name" />
        <TextField field={fields.url} label="Address" type="url" help="Begins with https://. Entries are sent there." />
        <SelectField
          field={fields.format}
          label="Format"
          options={[
            { value: 'JSONLINES', label: 'JSON, an entry a line' },
            { value: 'JSONARRAY', label: 'A JSON array of entries' },
            { value: 'JSONOBJECT', label: 'One JSON object, an entry a request' },
          ]}
        />
        <TextField
          field={fields.authorization}
          label="Authorization header (optional)"
          type="password"
          autoComplete="off"
          help="It is kept encrypted, and never shown again."
        />
        <fieldset className="min-w-0">
          <legend className="mb-2 text-sm font-semibold">Only entries of these categories; none: all of them</legend>
          <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
            {categories.map((category) => (
              <Checkbox
                key={category}
                id={`category-${category}`}
                name="categories"
                value={category}
                label={<code className="text-sm font-normal">{category}</code>}
                defaultChecked={chosen.has(category)}
              />
            ))}
          </div>
        </fieldset>
        <Buttons>
          <Button name="intent" value="create">
            Add the log stream
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}
