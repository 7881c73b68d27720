import { Badge, NameLink, Page, Table, TextLink } from './page-parts'
import { count, durationText } from './words'

export type QueueItem = {
  versionId: string
  name: string
  number: number
  submission: number
  partner: string
  partnerId: string
  kind: 'new' | 'change'
  scopes: number
  waitingMs: number
}

export function ReviewListView({ queue }: { queue: QueueItem[] }) {
  return (
    <Page title="Reviews" lead="What partners have submitted, the longest waiting first.">
      <ReviewQueue queue={queue} />
    </Page>
  )
}

export function ReviewQueue({ queue }: { queue: QueueItem[] }) {
  return (
    <Table
      caption="Submissions that wait for a decision"
      head={['App', 'Partner', 'Kind', 'Asks for', 'Waits for']}
      empty="Nothing waits for a decision. Owners get a mail when a partner submits an app."
      rows={queue.map((item) => ({
        key: item.versionId,
        cells: [
          <TextLink key="app" to={`/admin/reviews/${item.versionId}`}>
            {item.name}
          </TextLink>,
          <NameLink key="partner" text={item.partner} to={`/admin/partners/${item.partnerId}`} />,
          <Badge key="kind" label={kindOf(item)} tone={item.kind === 'new' ? 'info' : 'neutral'} />,
          <span key="scopes" className="whitespace-nowrap">
            {count(item.scopes, 'scope')}
          </span>,
          durationText(item.waitingMs),
        ],
      }))}
    />
  )
}

function kindOf({ kind, number, submission }: QueueItem): string {
  const label = kind === 'new' ? 'New app' : `Change, version ${number}`
  return submission > 1 ? `${label}, submission ${submission}` : label
}
