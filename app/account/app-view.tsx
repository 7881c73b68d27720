import { Check } from 'lucide-react'
import { Badge } from '~/ui/badge'
import { Card, CardHeader } from '~/ui/card'
import { DescriptionList } from '~/ui/description-list'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { Time } from '~/ui/time'
import { RemoveApp } from './apps-view'
import type { AppWithAccess } from './apps-with-access'

/** One app: all that it may do, and since when. */
export function AppView({ app }: { app: AppWithAccess }) {
  return (
    <>
      <PageHeader
        title={app.name}
        description={app.description}
        back={{ to: '/account/apps', label: 'Apps with access' }}
        badge={app.isSuspended ? <Badge tone="danger">Suspended</Badge> : null}
        actions={<RemoveApp app={app} />}
      />
      <div className="grid gap-6">
        {app.isSuspended ? (
          <Notice tone="warning" title="This app is suspended">
            The people who run this site have stopped it. It can do nothing with your account at present.
          </Notice>
        ) : null}
        <Card>
          <CardHeader
            title="What it may do"
            description="You allowed this. The app can do nothing else with your account."
          />
          <div className="grid gap-5">
            {app.allowed.map(({ api, scopes }) => (
              <div key={api}>
                <h3 className="text-sm font-semibold text-muted">{api}</h3>
                <ul className="mt-2 grid gap-2">
                  {scopes.map((scope) => (
                    <li key={scope.value} className="flex items-start gap-2.5">
                      <Check aria-hidden className="mt-1 size-4 shrink-0 text-success" />
                      <span className="min-w-0 whitespace-pre-line">{scope.description}</span>
                      {scope.sensitivity === 'sensitive' ? <Badge tone="warning">Sensitive</Badge> : null}
                      {scope.sensitivity === 'restricted' ? <Badge tone="danger">Very sensitive</Badge> : null}
                    </li>
                  ))}
                </ul>
              </div>
            ))}
          </div>
        </Card>
        <Card>
          <CardHeader title="About the app" />
          <About app={app} />
        </Card>
      </div>
    </>
  )
}

function About({ app }: { app: AppWithAccess }) {
  const link = (href: string) => (
    <a href={href} target="_blank" rel="noreferrer" className="break-all text-accent underline underline-offset-2">
      {href}
    </a>
  )
  const items = [
    { term: 'Made by', description: app.organization ?? 'The people who run this site know' },
    { term: 'Access since', description: <Time at={app.since} /> },
    { term: 'Last used', description: app.lastUsed === null ? 'Not yet' : <Time at={app.lastUsed} relative /> },
    ...(app.homepageUri ? [{ term: 'Web site', description: link(app.homepageUri) }] : []),
    ...(app.privacyPolicyUri ? [{ term: 'Privacy policy', description: link(app.privacyPolicyUri) }] : []),
  ]
  return <DescriptionList items={items} />
}
