import { Form } from '@remix-run/react'
import { Badge } from '~/ui/badge'
import { Button } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { type Column, Table } from '~/ui/table'
import { Time } from '~/ui/time'
import type { SecretRow } from './app-pages'

const STATES = {
  current: { label: 'Current', tone: 'success' },
  ending: { label: 'Ending', tone: 'warning' },
  ended: { label: 'Ended', tone: 'neutral' },
} as const

const RECENT = 24 * 60 * 60 * 1000

export function SecretTable({ secrets, now }: { secrets: SecretRow[]; now: number }) {
  const columns: Column<SecretRow>[] = [
    { key: 'secret', header: 'Secret', cell: ({ hint }) => <code className="font-mono">…{hint}</code> },
    {
      key: 'state',
      header: 'State',
      cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>,
    },
    { key: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} relative /> },
    {
      key: 'used',
      header: 'Last used',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'Never' : <Time at={lastUsedAt} relative />),
    },
    {
      key: 'ends',
      header: 'Works until',
      cell: (row) => (
        <>
          {row.endsAt === null ? 'You rotate it' : <Time at={row.endsAt} />}
          {row.state === 'ending' ? <RetireForm {...row} now={now} /> : null}
        </>
      ),
    },
  ]
  return (
    <section className="grid gap-3">
      <div>
        <h2 className="text-lg font-semibold">Client secrets</h2>
        <p className="text-sm text-muted">
          A secret is shown when it is made and not again. You see its last four characters.
        </p>
      </div>
      <Table
        caption="Client secrets"
        columns={columns}
        rows={secrets}
        rowKey={({ id }) => id}
        empty={<p>There is none. Rotate to make one.</p>}
      />
    </section>
  )
}

/** An old secret that was used lately is still needed somewhere: retiring it would stop that. */
function RetireForm({ id, hint, lastUsedAt, now }: SecretRow & { now: number }) {
  const isInUse = lastUsedAt !== null && lastUsedAt > now - RECENT
  return (
    <Form method="post" className="mt-2 grid justify-items-end gap-1 md:justify-items-start">
      <FormToken />
      <input type="hidden" name="secret_id" value={id} />
      <Button
        name="intent"
        value="retire-secret"
        size="sm"
        variant={isInUse ? 'danger' : 'secondary'}
        aria-label={`Retire the secret that ends in ${hint}`}
      >
        Retire
      </Button>
      <p className="text-xs text-muted">{isInUse ? 'Still in use today' : 'Not used in 24 hours'}</p>
    </Form>
  )
}
