import type { EventRow } from './events'
import { NameLink, Table, When } from './page-parts'

export function EventTable({ events, empty = 'Nothing has happened yet.' }: { events: EventRow[]; empty?: string }) {
  return (
    <Table
      caption="Events, the newest first"
      head={['What', 'Who', 'To what', 'When']}
      empty={empty}
      rows={events.map((event) => ({
        key: event.id,
        cells: [
          <What key="what" {...event} />,
          <div key="actor">
            <NameLink text={event.actor} to={event.actorHref} />
            {event.ip ? <p className="text-xs text-muted">{event.ip}</p> : null}
          </div>,
          <NameLink key="target" text={event.target ?? '–'} to={event.targetHref} />,
          <When key="at" at={event.at} />,
        ],
      }))}
    />
  )
}

/** What was done, in words; the name that it has in the log, by which programs know it; and what else is known. */
function What({ action, words, details }: EventRow) {
  return (
    <div className="grid gap-0.5 md:max-w-96">
      <p>
        <span className="font-medium">{words}</span> <code className="text-xs text-muted">{action}</code>
      </p>
      {details ? <p className="text-xs text-muted">{details}</p> : null}
    </div>
  )
}
