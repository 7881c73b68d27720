import { Pagination } from '~/ui/table'
import { Timeline } from '~/ui/timeline'
import { AppFrame } from './app-frame'
import type { activityPage } from './app-pages'
import { Panel } from './panel'

type Props = Awaited<ReturnType<typeof activityPage>>

export function ActivityView({ head, events, isFirstPage, olderFrom }: Props) {
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
    </AppFrame>
  )
}
