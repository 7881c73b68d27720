import { Select } from '~/ui/form'
import { EventTable } from './event-table'
import type { EventRow } from './events'
import { Button, PlainField } from './form-parts'
import { FilterForm, Page, Pages } from './page-parts'

type Filter = { clientId?: string; userId?: string; partnerId?: string; action?: string }
type Props = {
  filter: Filter
  /** What can have been done. */
  kinds: { value: string; label: string }[]
  events: EventRow[]
  isFirstPage: boolean
  next: string | null
}

export function ActivityView({ filter, kinds, events, isFirstPage, next }: Props) {
  const query = new URLSearchParams(
    Object.entries({
      app: filter.clientId,
      person: filter.userId,
      partner: filter.partnerId,
      action: filter.action,
    }).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  )
  return (
    <Page title="Activity" lead="Everything that was done, by whom and to what. Nothing here can be changed.">
      <FilterForm>
        <PlainField name="app" label="App (client ID)" value={filter.clientId} />
        <PlainField name="person" label="Person (user ID)" value={filter.userId} />
        <PlainField name="partner" label="Partner (ID)" value={filter.partnerId} />
        <Select
          key={filter.action}
          name="action"
          label="What was done"
          defaultValue={filter.action}
          options={[{ value: '', label: 'Anything' }, ...kinds]}
        />
        <Button tone="secondary">Show</Button>
      </FilterForm>
      <EventTable events={events} empty="No event fits. Take something out of the filter." />
      <Pages next={next} isFirstPage={isFirstPage} query={query} />
    </Page>
  )
}
