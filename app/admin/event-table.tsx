import type { EventRow } from './events'
import { Table, TextLink, When } from './page-parts'

export function EventTable({ events, empty = 'Nothing has happened yet.' }: { events: EventRow[]; empty?: string }) {
  return (
    <Table
      caption="Events, the newest first"
      head={['When', 'What', 'Who', 'To what', 'Details']}
      empty={empty}
      rows={events.map((event) => ({
        key: event.id,
        cells: [
          <When key="at" at={event.at} />,
          <code key="action">{event.action}</code>,
          <MaybeLink key="actor" text={event.actor} href={event.actorHref} />,
          <MaybeLink key="target" text={event.target ?? '–'} href={event.targetHref} />,
          event.details,
        ],
      }))}
    />
  )
}

function MaybeLink({ text, href }: { text: string; href: string | null }) {
  return href ? <TextLink to={href}>{text}</TextLink> : text
}
