import { Link } from '@remix-run/react'
import { Plus } from 'lucide-react'
import { appStates } from '~/ui/app-words'
import { Badge } from '~/ui/badge'
import { ButtonLink } from '~/ui/button'
import { PageHeader } from '~/ui/page-header'
import { type Column, Table } from '~/ui/table'
import { Time } from '~/ui/time'
import type { AppRow } from './app-pages'
import { appTypes } from './app-types'
import { Done } from './form-parts'
import type { PageNotice } from './notices'
import { Steps } from './steps'

const NewAppLink = ({ label }: { label: string }) => (
  <ButtonLink to="/portal/apps/new">
    <Plus aria-hidden className="size-4" />
    {label}
  </ButtonLink>
)

const COLUMNS: Column<AppRow>[] = [
  {
    key: 'app',
    header: 'App',
    cell: ({ clientId, name, description }) => (
      <>
        <Link to={`/portal/apps/${clientId}`} className="font-semibold hover:underline">
          {name}
        </Link>
        {description ? <span className="block text-muted">{description}</span> : null}
      </>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: ({ state }) => <Badge tone={appStates[state].tone}>{appStates[state].label}</Badge>,
  },
  { key: 'type', header: 'Type', cell: ({ appType }) => (appType ? appTypes[appType].label : 'Not set') },
  { key: 'changed', header: 'Last changed', cell: ({ updatedAt }) => <Time at={updatedAt} relative /> },
  { key: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} relative />, hideOnMobile: true },
]

export function AppListView({ apps, notice }: { apps: AppRow[]; notice: PageNotice }) {
  return (
    <>
      <PageHeader
        title="Apps"
        description="What your organization builds for the people of this site."
        actions={apps.length > 0 ? <NewAppLink label="New app" /> : null}
      />
      <div className="grid gap-6">
        <Done notice={notice} />
        <Table
          caption="Your organization’s apps"
          columns={COLUMNS}
          rows={apps}
          rowKey={({ clientId }) => clientId}
          empty={<NoApps />}
        />
      </div>
    </>
  )
}

const NoApps = () => (
  <Steps
    title="Your first app in three steps"
    steps={[
      {
        title: 'Create it',
        text: 'A name, its type and the address to which people return after signing in. It works at once for your team.',
      },
      {
        title: 'Try it',
        text: 'Sign in to it as its user, with an account of your own address that you make on the way, and add testers. Nobody else can use the app yet.',
      },
      { title: 'Submit it', text: 'Have it reviewed. Once it is approved, everybody can use it.' },
    ]}
    action={<NewAppLink label="Create an app" />}
  />
)
