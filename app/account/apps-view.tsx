import { Form, Link } from '@remix-run/react'
import { Blocks, Check } from 'lucide-react'
import { Avatar } from '~/ui/avatar'
import { Badge } from '~/ui/badge'
import { Button, ButtonLink } from '~/ui/button'
import { Card } from '~/ui/card'
import { ConfirmDialog } from '~/ui/dialog'
import { EmptyState } from '~/ui/empty-state'
import { FormToken } from '~/ui/form-token'
import { PageHeader } from '~/ui/page-header'
import { Time } from '~/ui/time'
import { ActResult } from './act-result'
import type { AppWithAccess } from './apps-with-access'

type Props = { apps: AppWithAccess[]; notice: string | null; refusal: string | undefined }

export function AppsView({ apps, notice, refusal }: Props) {
  return (
    <>
      <PageHeader
        title="Apps with access"
        description="Apps that you have let in, what they may do, and when they last did. Removing one is in force at once."
      />
      <div className="grid gap-6">
        <ActResult notice={notice} refusal={refusal} />
        {apps.length === 0 ? (
          <EmptyState icon={Blocks} title="No app has access">
            When you sign in to an app with this account and allow it something, it is listed here, and you can take it
            back.
          </EmptyState>
        ) : (
          <ul className="grid gap-4">
            {apps.map((app) => (
              <li key={app.clientId}>
                <AppCard app={app} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  )
}

const detailsOf = ({ clientId }: AppWithAccess) => `/account/apps/${encodeURIComponent(clientId)}`

function AppCard({ app }: { app: AppWithAccess }) {
  return (
    <Card>
      <div className="flex items-start gap-4">
        <Avatar name={app.name} />
        <div className="min-w-0 flex-1">
          <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
            <Link to={detailsOf(app)} className="min-w-0 hover:underline">
              {app.name}
            </Link>
            {app.isSuspended ? <Badge tone="danger">Suspended</Badge> : null}
          </h2>
          {app.organization ? <p className="text-sm text-muted">by {app.organization}</p> : null}
          <Allowed app={app} />
          <UseTimes app={app} />
          <div className="mt-4 flex flex-wrap gap-2">
            <ButtonLink to={detailsOf(app)} variant="secondary" size="sm">
              Details
              <span className="sr-only">of {app.name}</span>
            </ButtonLink>
            <RemoveApp app={app} />
          </div>
        </div>
      </div>
    </Card>
  )
}

const SHOWN = 4

const WEIGHT = { restricted: 2, sensitive: 1, basic: 0 }

/** What it may do, shortened: the most sensitive first; that it knows the person goes without saying where there is more. */
function Allowed({ app }: { app: AppWithAccess }) {
  const scopes = app.allowed.flatMap((group) => group.scopes)
  const weightOf = ({ sensitivity = 'basic' }: (typeof scopes)[number]) => WEIGHT[sensitivity]
  const telling = (scopes.length > 1 ? scopes.filter(({ value }) => value !== 'openid') : scopes).toSorted(
    (a, b) => weightOf(b) - weightOf(a),
  )
  const more = telling.length - SHOWN
  return (
    <ul className="mt-3 grid gap-1">
      {telling.slice(0, SHOWN).map(({ value, description }) => (
        <li key={value} className="flex items-start gap-2">
          <Check aria-hidden className="mt-1 size-4 shrink-0 text-success" />
          <span className="min-w-0 whitespace-pre-line">{description}</span>
        </li>
      ))}
      {more > 0 ? <li className="pl-6 text-muted">and {more} more</li> : null}
    </ul>
  )
}

function UseTimes({ app: { since, lastUsed } }: { app: AppWithAccess }) {
  return (
    <p className="mt-2 text-sm text-muted">
      Since <Time at={since} />
      {lastUsed === null ? (
        ' · not used yet'
      ) : (
        <>
          {' '}
          · last used <Time at={lastUsed} relative />
        </>
      )}
    </p>
  )
}

/** Asks once more: the app stops working for the person. */
export function RemoveApp({ app: { clientId, name } }: { app: AppWithAccess }) {
  return (
    <ConfirmDialog
      id={`remove-${clientId}`}
      trigger={{ label: 'Remove access', size: 'sm' }}
      title={`Remove the access of ${name}?`}
    >
      <p className="text-muted">
        It is signed out of your account at once and can read or change nothing more. What it has copied before stays
        with its makers; ask them to delete it. If you use the app again, it asks you anew.
      </p>
      <Form method="post" action="/account/apps?index" className="mt-4">
        <FormToken />
        <input type="hidden" name="client_id" value={clientId} />
        <Button variant="danger" name="intent" value="revoke">
          Remove access
        </Button>
      </Form>
    </ConfirmDialog>
  )
}
