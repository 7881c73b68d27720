import { sensitivities } from '~/ui/app-words'
import { Badge, Table } from './page-parts'

export type CallbackRow = { uri: string; host: string; warning: string | null }
export type ScopeRow = {
  audience: string
  api: string
  scope: string
  reason: string
  required: boolean
  description: string
  sensitivity: keyof typeof sensitivities
}

/** Where codes and tokens go: the host by itself, so that it is read. */
export function Callbacks({ rows }: { rows: CallbackRow[] }) {
  return (
    <Table
      caption="Callbacks: where codes and tokens go"
      head={['Host', 'Address', 'Note']}
      empty="No callbacks: nobody can sign in to it in a browser."
      rows={rows.map(({ uri, host, warning }) => ({
        key: uri,
        cells: [
          <strong key="host">{host}</strong>,
          <code key="uri" className="font-mono break-all">
            {uri}
          </code>,
          warning ? <Badge key="w" label={warning} tone="warning" /> : '–',
        ],
      }))}
    />
  )
}

export function Scopes({ rows }: { rows: ScopeRow[] }) {
  return (
    <Table
      caption="Scopes, and the reason that people read"
      head={['Scope', 'API', 'Sensitivity', 'Reason']}
      empty="Asks for no scopes: it can only sign people in."
      rows={rows.map((row) => ({
        key: `${row.audience} ${row.scope}`,
        cells: [
          <span key="scope" title={row.description}>
            <code className="font-mono">{row.scope}</code> {row.required ? '' : '(optional)'}
          </span>,
          row.api,
          <Badge key="s" {...sensitivities[row.sensitivity]} />,
          row.reason,
        ],
      }))}
    />
  )
}

export function Lines({ values }: { values: string[] }) {
  if (values.length === 0) return <>–</>
  return (
    <ul>
      {values.map((value) => (
        <li key={value}>
          <code className="font-mono break-all">{value}</code>
        </li>
      ))}
    </ul>
  )
}

/** A link that a partner gave: it opens apart, and says nothing of where it was opened. */
export function ExternalLink({ href }: { href: string | null }) {
  if (!href) return <>–</>
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="break-all text-accent underline-offset-2 hover:underline"
    >
      {href}
    </a>
  )
}
