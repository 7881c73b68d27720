import { FilterTabs } from '~/ui/filter-tabs'
import { Button, PlainField } from './form-parts'
import { Badge, FilterForm, Page, Pages, Table, TextLink, When } from './page-parts'

type Row = {
  userId: string
  name: string
  email: string | null
  emailVerified: boolean
  blockedAt: number | null
  lastLoginAt: number | null
  createdAt: number
}
type Props = { users: Row[]; kind: string; q: string; isFirstPage: boolean; next: string | null }

const TABS = [
  { value: 'people', label: 'End users' },
  { value: 'portal', label: 'Partners’ teams' },
  { value: 'admin', label: 'Members of the tenant' },
]

export function UserListView({ users, kind, q, isFirstPage, next }: Props) {
  const query = new URLSearchParams({ kind, ...(q ? { q } : {}) })
  return (
    <Page title="People">
      <FilterTabs label="Who" name="kind" tabs={TABS} current={kind} keep={q ? { q } : {}} />
      <FilterForm>
        <input type="hidden" name="kind" value={kind} />
        <PlainField name="q" label="Beginning of the name or e-mail address" value={q} type="search" />
        <Button tone="secondary">Search</Button>
      </FilterForm>
      <Table
        caption="People, the newest first"
        head={['Name', 'E-mail', 'Last sign-in', 'Since']}
        empty={q ? 'Nobody fits. Search for the beginning of a name or an address.' : 'Nobody is here yet.'}
        rows={users.map((user) => ({
          key: user.userId,
          cells: [
            <TextLink key="n" to={`/admin/users/${encodeURIComponent(user.userId)}`}>
              {user.name}
            </TextLink>,
            <span key="e">
              {user.email ?? '–'} {!user.emailVerified && <Badge label="Not confirmed" tone="warning" />}{' '}
              {user.blockedAt !== null && <Badge label="Blocked" tone="danger" />}
            </span>,
            <When key="l" at={user.lastLoginAt} />,
            <When key="at" at={user.createdAt} />,
          ],
        }))}
      />
      <Pages next={next} isFirstPage={isFirstPage} query={query} />
    </Page>
  )
}
