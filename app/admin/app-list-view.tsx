import type { AppState } from '~/domain/apps/app-state'
import { appStates } from '~/ui/app-words'
import { FilterTabs } from '~/ui/filter-tabs'
import { Button, PlainField } from './form-parts'
import { Badge, FilterForm, NameLink, Page, Pages, Table, TextLink, When } from './page-parts'
import { APP_TYPES } from './words'

type Row = {
  clientId: string
  name: string
  appType: string | null
  mode: string | null
  partner: { id: string; name: string } | null
  state: AppState
  createdAt: number
}
type Props = { apps: Row[]; state: string | null; q: string; isFirstPage: boolean; next: string | null }

const TABS = [
  { value: null, label: 'All' },
  { value: 'in_review', label: 'In review' },
  { value: 'changes_requested', label: 'Changes requested' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'live', label: 'Live' },
  { value: 'in_development', label: 'In development' },
  { value: 'suspended', label: 'Suspended' },
]

export function AppListView({ apps, state, q, isFirstPage, next }: Props) {
  const query = new URLSearchParams({ ...(state ? { state } : {}), ...(q ? { q } : {}) })
  return (
    <Page title="Apps" lead="All apps of third parties: made by partners, by the Management API or by registration.">
      <FilterTabs label="State of the app" name="state" tabs={TABS} current={state} keep={q ? { q } : {}} />
      <FilterForm>
        {state && <input type="hidden" name="state" value={state} />}
        <PlainField name="q" label="Name or client ID" value={q} type="search" />
        <Button tone="secondary">Search</Button>
      </FilterForm>
      <Table
        caption="Apps, the newest first"
        head={['App', 'State', 'Partner', 'Type', 'Made']}
        empty={
          q || state ? 'No app fits. Search for another name, or show all.' : 'There are no apps of third parties yet.'
        }
        rows={apps.map((app) => ({
          key: app.clientId,
          cells: [
            <TextLink key="app" to={`/admin/apps/${app.clientId}`}>
              {app.name}
            </TextLink>,
            <Badge key="state" {...appStates[app.state]} />,
            app.partner ? (
              <NameLink key="partner" text={app.partner.name} to={`/admin/partners/${app.partner.id}`} />
            ) : (
              'Not made in the portal'
            ),
            APP_TYPES[app.appType ?? ''] ?? '–',
            <When key="at" at={app.createdAt} />,
          ],
        }))}
      />
      <Pages next={next} isFirstPage={isFirstPage} query={query} />
    </Page>
  )
}
