import { getFormProps, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Badge } from '~/ui/badge'
import { Button } from '~/ui/button'
import { TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { type Column, Table } from '~/ui/table'
import { Time } from '~/ui/time'
import { AppFrame } from './app-frame'
import type { testersPage } from './app-pages'
import { answerTo, inputOf, Problem } from './form-parts'
import type { PageNotice } from './notices'
import { Panel } from './panel'

type Page = Awaited<ReturnType<typeof testersPage>>
type Props = Page & { notice: PageNotice; answer: Refusal | undefined }
type Row = { email: string; teamMember?: string; createdAt?: number; isWaiting?: boolean }

export function TestersView({ head, testers, team, notice, answer }: Props) {
  const rows: Row[] = [...team.map(({ email, name }) => ({ email, teamMember: name })), ...testers]
  return (
    <AppFrame head={head} notice={answer ? null : notice}>
      <Problem answer={answer} />
      <Panel
        title="Add a tester"
        lead={
          head.isLive
            ? 'The app is live: everybody can use it, on this list or not.'
            : 'Until the app is approved, only these people can sign in to it. They are known by the confirmed address of their account here, and asked by mail first.'
        }
      >
        <AddForm key={testers.length} answer={answerTo(answer, 'add-tester')} />
      </Panel>
      <Table caption="Testers" columns={COLUMNS} rows={rows} rowKey={rowKey} empty={<p>There are no testers.</p>} />
    </AppFrame>
  )
}

const rowKey = ({ email, teamMember }: Row): string => `${email} ${teamMember ?? ''}`

function AddForm({ answer }: { answer: Refusal | undefined }) {
  const [form, fields] = useForm<{ email: string }>({ id: 'add-tester', lastResult: answer?.lastResult })
  return (
    <Form method="post" {...getFormProps(form)} className="grid gap-4 sm:max-w-md">
      <FormToken />
      <TextField label="E-mail address" type="email" autoComplete="off" {...inputOf(fields.email)} />
      <div>
        <Button name="intent" value="add-tester">
          Add tester
        </Button>
      </div>
    </Form>
  )
}

const COLUMNS: Column<Row>[] = [
  { key: 'email', header: 'Address', cell: ({ email }) => <span className="font-medium break-all">{email}</span> },
  {
    key: 'since',
    header: 'Since',
    cell: ({ teamMember, createdAt }) =>
      createdAt === undefined ? (
        <Badge tone="accent">{`Your team: ${teamMember}`}</Badge>
      ) : (
        <Time at={createdAt} relative />
      ),
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ isWaiting }) =>
      isWaiting ? <Badge tone="warning">Invited, waiting</Badge> : <Badge tone="success">Accepted</Badge>,
  },
  {
    key: 'list',
    header: 'On the list',
    align: 'right',
    cell: ({ email, createdAt }) => (createdAt === undefined ? 'Always' : <RemoveForm email={email} />),
  },
]

const RemoveForm = ({ email }: { email: string }) => (
  <Form method="post">
    <FormToken />
    <input type="hidden" name="email" value={email} />
    <Button name="intent" value="remove-tester" variant="secondary" size="sm" aria-label={`Remove ${email}`}>
      Remove
    </Button>
  </Form>
)
