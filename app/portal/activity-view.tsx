import { Link } from '@remix-run/react'
import { Pagination } from '~/ui/table'
import { Timeline } from '~/ui/timeline'
import { AppFrame } from './app-frame'
import type { activityPage } from './app-pages'
import { Panel } from './panel'

type Props = Awaited<ReturnType<typeof activityPage>>

export function ActivityView({ head, events, refusals, isFirstPage, olderFrom }: Props) {
  const here = `/portal/apps/${head.clientId}/activity`
  return (
    <AppFrame head={head}>
      <Panel title="Activity" lead="What your team and the reviewers did with the app.">
        {events.length === 0 ? <p className="text-muted">Nothing happened before that.</p> : null}
        <Timeline items={events.map(({ id, at, sentence }) => ({ id, at, title: sentence }))} />
        <Pagination
          previous={isFirstPage ? undefined : here}
          next={olderFrom === null ? undefined : `${here}?before=${olderFrom}`}
        />
      </Panel>
      {isFirstPage ? <Refusals clientId={head.clientId} refusals={refusals} /> : null}
    </AppFrame>
  )
}

function Refusals({ clientId, refusals }: { clientId: string; refusals: Props['refusals'] }) {
  return (
    <Panel title="Refused requests" lead="The last ones, with what was compared. They are kept for seven days.">
      {refusals.length === 0 ? <p className="text-muted">None of the app’s requests was refused lately.</p> : null}
      <Timeline
        items={refusals.map(({ id, at, endpoint, error, description }) => ({
          id,
          at,
          title: (
            <>
              <Link to={`/portal/apps/${clientId}/refusals/${id}`} className="font-medium text-accent hover:underline">
                {error}
              </Link>{' '}
              at {endpoint}: {description}
            </>
          ),
        }))}
      />
    </Panel>
  )
}
