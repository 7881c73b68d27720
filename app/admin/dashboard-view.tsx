import { BarChart } from '~/ui/bar-chart'
import { Notice } from '~/ui/notice'
import { Stat, StatGrid } from '~/ui/stat'
import { dayText } from '~/ui/time'
import { EventTable } from './event-table'
import type { EventRow } from './events'
import { Page, Section, TextLink, When } from './page-parts'
import { type QueueItem, ReviewQueue } from './review-list-view'

type Props = {
  claimable: { clientId: string; name: string; addresses: string[] }[]
  queue: QueueItem[]
  counts: { inReview: number; live: number; inDevelopment: number; suspended: number; partners: number; users: number }
  days: { date: string; logins: number; signups: number }[]
  events: EventRow[]
  mailTrouble: { count: number; since: number; lastError: string } | undefined
}

export function DashboardView({ claimable, queue, counts, days, events, mailTrouble }: Props) {
  return (
    <Page title="Overview">
      {mailTrouble ? (
        <Notice tone="warning" title={mailTrouble.count === 1 ? 'A mail waits' : `${mailTrouble.count} mails wait`}>
          The mail server has not taken what was sent since <When at={mailTrouble.since} />: “{mailTrouble.lastError}”.
          It is tried again for three days. Look at SMTP_URL and at the mail server.
        </Notice>
      ) : null}
      <StatGrid>
        {[
          { label: 'Waiting for review', value: counts.inReview, to: '/admin/reviews' },
          { label: 'Apps live', value: counts.live, to: '/admin/apps?state=live' },
          { label: 'In development', value: counts.inDevelopment, to: '/admin/apps?state=in_development' },
          { label: 'Suspended', value: counts.suspended, to: '/admin/apps?state=suspended' },
          { label: 'Partners', value: counts.partners, to: '/admin/partners' },
          { label: 'People', value: counts.users, to: '/admin/users' },
        ].map((stat) => (
          <Stat key={stat.label} {...stat} />
        ))}
      </StatGrid>
      <Section title="Needs your attention" actions={<TextLink to="/admin/reviews">All reviews</TextLink>}>
        <ReviewQueue queue={queue} />
      </Section>
      <Claimable apps={claimable} />
      <Section title="The last 30 days" hint="End users alone; the last seconds may be missing.">
        <div className="grid gap-8 md:grid-cols-2">
          <BarChart
            title="Sign-ins"
            points={days.map(({ date, logins }) => ({ label: dayText(date), value: logins }))}
          />
          <BarChart
            title="New accounts"
            points={days.map(({ date, signups }) => ({ label: dayText(date), value: signups }))}
          />
        </div>
      </Section>
      <Section title="What happened last" actions={<TextLink to="/admin/activity">All activity</TextLink>}>
        <EventTable events={events} />
      </Section>
    </Page>
  )
}

/** RFC 8252 §7.1, §8.4: such a scheme belongs to no domain, so the device cannot tell whose it is. */
function Claimable({ apps }: { apps: Props['claimable'] }) {
  if (apps.length === 0) return null
  return (
    <Notice tone="warning" title="Any app can claim these addresses">
      <p>
        Their schemes have no dot, so another app on the device can have them too and receive what is meant for yours.
        Name them after a domain of yours, as in com.example.app:/callback.
      </p>
      <ul className="mt-2 grid gap-1">
        {apps.map(({ clientId, name, addresses }) => (
          <li key={clientId} className="wrap-anywhere">
            {name}: {addresses.join(', ')}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
