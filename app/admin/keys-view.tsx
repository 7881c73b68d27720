import { Form } from '@remix-run/react'
import type { BadgeTone } from '~/ui/badge'
import { ConfirmDialog } from '~/ui/dialog'
import { FormToken } from '~/ui/form-token'
import { type Answer, Button } from './form-parts'
import type { KeysPage } from './keys'
import { Badge, Page, Section, Table, When } from './page-parts'

type Props = { page: KeysPage; notice: string | null; answer: Answer | undefined }
type Key = KeysPage['algs'][number]['keys'][number]

const STATES: Record<Key['state'], { label: string; tone: BadgeTone }> = {
  current: { label: 'Signs', tone: 'success' },
  next: { label: 'Next', tone: 'info' },
  previous: { label: 'Previous', tone: 'neutral' },
}

export function KeysView({ page, notice, answer }: Props) {
  return (
    <Page
      title="Signing keys"
      lead="What tokens are signed with. The next key is published before it signs, and the previous one until its last token has ended, so that a rotation breaks nothing."
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      {page.algs.map(({ alg, keys }) => (
        <Section key={alg} title={alg} actions={<Act intent="rotate-key" name="alg" value={alg} label="Rotate" />}>
          <Table
            caption={`${alg} keys`}
            head={['Key ID', 'State', 'Signs from', 'Until', '']}
            empty=""
            rows={keys.map((key) => ({ key: key.kid, cells: cellsOf(key) }))}
          />
        </Section>
      ))}
    </Page>
  )
}

const cellsOf = ({ kid, state, activatedAt, retiredAt }: Key) => [
  <code key="kid" className="text-xs break-all">
    {kid}
  </code>,
  <Badge key="state" {...STATES[state]} />,
  <When key="from" at={activatedAt} />,
  <When key="until" at={retiredAt} />,
  state === 'previous' ? <Revoke key="revoke" kid={kid} /> : null,
]

const Revoke = ({ kid }: { kid: string }) => (
  <ConfirmDialog id={`revoke-${kid}`} trigger={{ label: 'Revoke' }} title="Revoke this key?">
    <p className="mb-4">
      What it signed is refused at once: apps sign people in anew. Do it when the key was stolen; otherwise wait until
      its last token has ended. This cannot be undone.
    </p>
    <Act intent="revoke-key" name="kid" value={kid} label="Revoke the key" tone="danger" />
  </ConfirmDialog>
)

type ActProps = { intent: string; name: string; value: string; label: string; tone?: 'secondary' | 'danger' }

function Act({ intent, name, value, label, tone = 'secondary' }: ActProps) {
  return (
    <Form method="post">
      <FormToken />
      <input type="hidden" name={name} value={value} />
      <Button name="intent" value={intent} tone={tone}>
        {label}
      </Button>
    </Form>
  )
}
