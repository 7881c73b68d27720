import { getFormProps, useForm } from '@conform-to/react'
import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { ConfirmDialog } from '~/ui/dialog'
import { Select, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { type Column, Table } from '~/ui/table'
import { Time } from '~/ui/time'
import type { ApiClientRow, apiAccess, MadeApiSecret } from './api-access'
import { Credential } from './credential'
import { OVERLAPS } from './credentials-view'
import { FormErrors, inputOf } from './form-parts'
import { MadeSecret } from './made-secret'
import { Panel } from './panel'

type Props = {
  access: Awaited<ReturnType<typeof apiAccess>>
  mayEdit: boolean
  made: MadeApiSecret | undefined
  answer: Refusal | undefined
}

/** The organization's own programs, which do by the Management API what its people do here. */
export function ApiAccess({ access, mayEdit, made, answer }: Props) {
  const { programs } = access
  return (
    <section id="api-access" className="grid gap-4">
      <div>
        <h2 className="text-lg font-semibold">API access</h2>
        <p className="text-sm text-muted">
          Let programs of yours, such as a deployment, manage your apps. They reach what is your organization’s, and
          nothing else.{' '}
          <Link to="/docs/api#programs-of-partners" className="text-accent underline underline-offset-2">
            How to call the API
          </Link>
        </p>
      </div>
      <Table
        caption="API clients"
        columns={mayEdit ? [...COLUMNS, ACTS] : COLUMNS}
        rows={programs}
        rowKey={({ clientId }) => clientId}
        empty={mayEdit ? null : <p className="text-muted">There is none. An owner of the organization can make one.</p>}
      />
      {mayEdit ? <NewApiClient answer={answer} key={made?.clientId} /> : null}
    </section>
  )
}

const COLUMNS: Column<ApiClientRow>[] = [
  {
    key: 'name',
    header: 'API client',
    cell: ({ name, clientId }) => (
      <>
        <span className="block font-medium">{name}</span>
        <code className="block font-mono text-xs break-all text-muted">{clientId}</code>
      </>
    ),
  },
  { key: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} relative /> },
  {
    key: 'used',
    header: 'Secret last used',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : <Time at={lastUsedAt} relative />),
  },
]

const ACTS: Column<ApiClientRow> = {
  key: 'acts',
  header: '',
  align: 'right',
  cell: (row) => (
    <span className="inline-flex flex-wrap justify-end gap-2">
      <RotateDialog {...row} />
      <DeleteDialog {...row} />
    </span>
  ),
}

const RotateDialog = ({ clientId, name, newestSecret }: ApiClientRow) => (
  <ConfirmDialog
    id={`rotate-${clientId}`}
    trigger={{ label: 'Rotate secret', size: 'sm' }}
    title={`Rotate the secret of ${name}?`}
  >
    <Form method="post" className="grid gap-4">
      <FormToken />
      <input type="hidden" name="client_id" value={clientId} />
      <input type="hidden" name="newest_secret" value={newestSecret} />
      <Select
        id={`rotate-${clientId}-overlap_hours`}
        name="overlap_hours"
        label="The old secret goes on working for"
        options={OVERLAPS}
        defaultValue="24"
      />
      <div>
        <Button name="intent" value="rotate-api-client">
          Rotate secret
        </Button>
      </div>
    </Form>
  </ConfirmDialog>
)

const DeleteDialog = ({ clientId, name }: ApiClientRow) => (
  <ConfirmDialog id={`delete-${clientId}`} trigger={{ label: 'Delete', size: 'sm' }} title={`Delete ${name}?`}>
    <p className="mb-4">Its secret and its tokens stop working at once. What it has made stays.</p>
    <Form method="post">
      <FormToken />
      <input type="hidden" name="client_id" value={clientId} />
      <Button name="intent" value="delete-api-client" variant="danger">
        Delete the API client
      </Button>
    </Form>
  </ConfirmDialog>
)

function NewApiClient({ answer }: Pick<Props, 'answer'>) {
  const [form, fields] = useForm<Record<'name', string>>({ id: 'api-client', lastResult: answer?.lastResult })
  return (
    <Panel title="Add an API client" lead="One for each program, so that you can take it away from one alone.">
      <Form method="post" {...getFormProps(form)} className="grid gap-4">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextField label="Name" help="Such as “Deployments”." maxLength={60} {...inputOf(fields.name)} />
        <div>
          <Button name="intent" value="create-api-client">
            Add API client
          </Button>
        </div>
      </Form>
    </Panel>
  )
}

/** The answer to a creation or a rotation: the one time that the secret is shown. */
export function MadeCredentials({ made, access }: { made: MadeApiSecret; access: Props['access'] }) {
  if (made.name === null) return <MadeSecret {...made} />
  return (
    <Panel title={`${made.name} is added`} lead="Ask for a token with the client credentials grant.">
      <Credential label="Client ID" value={made.clientId} testId="client-id" />
      <Credential label="Client secret" value={made.secret} testId="client-secret" />
      <Credential label="Token endpoint" value={access.tokenEndpoint} />
      <Credential label="Audience" value={access.audience} />
      <Notice tone="warning" title="Copy the secret now: it is shown this once">
        Keep it where your program keeps its secrets, out of source code. If you lose it, rotate it.
      </Notice>
    </Panel>
  )
}
