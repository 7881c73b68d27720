import { EventTable } from './event-table'
import type { EventRow } from './events'
import { type Answer, Button, Buttons, PostForm } from './form-parts'
import { Badge, Facts, Page, Section, Table, TextLink, When } from './page-parts'

type Props = {
  user: {
    userId: string
    name: string
    email: string | null
    emailVerified: boolean
    blockedAt: number | null
    createdAt: number
    lastLoginAt: number | null
    loginsCount: number
  }
  isSelf: boolean
  connections: string[]
  partner: { id: string; name: string; role: string } | null
  tenantRole: string | null
  grants: { clientId: string; name: string; audience: string; scope: string[]; createdAt: number }[]
  sessions: number
  events: EventRow[]
  notice: string | null
  answer: Answer | undefined
}

export function UserView(props: Props) {
  const { user, partner, grants, events, notice, answer } = props
  return (
    <Page
      title={user.name}
      badge={user.blockedAt === null ? undefined : <Badge label="Blocked" tone="danger" />}
      back={{ to: '/admin/users', label: 'People' }}
      notice={notice}
      answer={answer}
    >
      <Section title="About">
        <Facts
          items={[
            ['E-mail', `${user.email ?? '–'}${user.emailVerified ? '' : ' (not confirmed)'}`],
            ['User ID', <code key="id">{user.userId}</code>],
            ['Signs in with', props.connections.join(', ') || '–'],
            [
              'Works for',
              partner ? (
                <TextLink key="p" to={`/admin/partners/${partner.id}`}>{`${partner.name}, ${partner.role}`}</TextLink>
              ) : (
                '–'
              ),
            ],
            ['Member of the tenant', props.tenantRole ?? 'No'],
            ['Since', <When key="at" at={user.createdAt} />],
            ['Last sign-in', <When key="l" at={user.lastLoginAt} />],
            ['Sign-ins', user.loginsCount],
            ['Live sessions', props.sessions],
          ]}
        />
      </Section>
      <Section title="Apps with access">
        <Table
          caption="What this person has allowed"
          head={['App', 'Of', 'Scopes', 'Since']}
          empty="This person has given no app access."
          rows={grants.map((grant) => ({
            key: `${grant.clientId} ${grant.audience}`,
            cells: [
              <TextLink key="a" to={`/admin/apps/${grant.clientId}`}>
                {grant.name}
              </TextLink>,
              grant.audience,
              grant.scope.join(' '),
              <When key="at" at={grant.createdAt} />,
            ],
          }))}
        />
      </Section>
      <Block {...props} />
      <Section
        title="What happened last"
        actions={<TextLink to={`/admin/activity?person=${encodeURIComponent(user.userId)}`}>All activity</TextLink>}
      >
        <EventTable events={events} />
      </Section>
    </Page>
  )
}

function Block({ user, isSelf }: Props) {
  if (isSelf) return null
  if (user.blockedAt !== null) {
    return (
      <Section title="Let this person in again" hint="They have to sign in anew. What they consented to was kept.">
        <PostForm>
          <Buttons>
            <Button name="intent" value="unblock">
              Unblock
            </Button>
          </Buttons>
        </PostForm>
      </Section>
    )
  }
  return (
    <Section
      title="Block this person"
      hint="They can no longer sign in anywhere, their sessions end, and all tokens that apps have of them. Their consents are kept."
    >
      <PostForm>
        <Buttons>
          <Button name="intent" value="block" tone="danger">
            Block
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}
