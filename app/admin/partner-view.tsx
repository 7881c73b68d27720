import { useForm } from '@conform-to/react'
import type { AppState } from '~/domain/apps/app-state'
import { appStates } from '~/ui/app-words'
import { EventTable } from './event-table'
import type { EventRow } from './events'
import { type Answer, Button, Buttons, PostForm, resultFor, TextField, useFormKey } from './form-parts'
import { InvitationForm } from './invitation-form'
import { ExternalLink } from './manifest-parts'
import { ModerationForm } from './moderation-form'
import { Badge, Facts, Page, Section, Table, TextLink, When } from './page-parts'
import { Standing } from './partner-list-view'
import { count } from './words'

type Member = {
  userId: string
  name: string
  email: string | null
  emailVerified: boolean
  blockedAt: number | null
  lastLoginAt: number | null
  role: string
}
type Props = {
  partner: { id: string; name: string; websiteUri: string | null; suspendedAt: number | null; createdAt: number }
  members: Member[]
  apps: { clientId: string; name: string; state: AppState; createdAt: number }[]
  programs: { clientId: string; name: string; isSuspended: boolean; createdAt: number }[]
  events: EventRow[]
  isOwner: boolean
  notice: string | null
  answer: Answer | undefined
}

const ROLES = [
  { value: 'owner', label: 'Owner' },
  { value: 'developer', label: 'Developer' },
]

export function PartnerView({ partner, members, apps, programs, events, isOwner, notice, answer }: Props) {
  const isSuspended = partner.suspendedAt !== null
  const formKey = useFormKey(answer)
  return (
    <Page
      title={partner.name}
      badge={<Standing suspendedAt={partner.suspendedAt} />}
      back={{ to: '/admin/partners', label: 'Partners' }}
      notice={notice}
      answer={answer}
    >
      <Section title="About">
        <Facts
          items={[
            ['Website', <ExternalLink key="w" href={partner.websiteUri} />],
            ['Partner since', <When key="at" at={partner.createdAt} />],
            ['Partner ID', <code key="id">{partner.id}</code>],
          ]}
        />
      </Section>
      <Section title="Team">
        <Table
          caption="Members of the team"
          head={['Name', 'E-mail', 'Role', 'Last sign-in']}
          empty="Nobody is in this team any more."
          rows={members.map((member) => ({
            key: member.userId,
            cells: [
              <TextLink key="n" to={`/admin/users/${encodeURIComponent(member.userId)}`}>
                {member.name}
              </TextLink>,
              <span key="e">
                {member.email} {!member.emailVerified && <Badge label="Not confirmed" tone="warning" />}{' '}
                {member.blockedAt !== null && <Badge label="Blocked" tone="danger" />}
              </span>,
              member.role,
              <When key="at" at={member.lastLoginAt} />,
            ],
          }))}
        />
      </Section>
      <Section title="Apps">
        <Table
          caption="Apps, the newest first"
          head={['App', 'State', 'Made']}
          empty="This partner has no apps yet."
          rows={apps.map((app) => ({
            key: app.clientId,
            cells: [
              <TextLink key="a" to={`/admin/apps/${app.clientId}`}>
                {app.name}
              </TextLink>,
              <Badge key="s" {...appStates[app.state]} />,
              <When key="at" at={app.createdAt} />,
            ],
          }))}
        />
      </Section>
      {programs.length > 0 && (
        <Section title="API clients" hint="Programs that manage the apps of this organization, and nothing else.">
          <Table
            caption="API clients, the newest first"
            head={['API client', 'State', 'Made']}
            empty=""
            rows={programs.map(({ clientId, name, isSuspended: isStopped, createdAt }) => ({
              key: clientId,
              cells: [
                <TextLink key="c" to={`/admin/apps/${clientId}`}>
                  {name}
                </TextLink>,
                isStopped || isSuspended ? (
                  <Badge key="s" label="Suspended" tone="danger" />
                ) : (
                  <Badge key="s" label="In use" tone="success" />
                ),
                <When key="at" at={createdAt} />,
              ],
            }))}
          />
        </Section>
      )}
      {isOwner ? (
        <Section
          title="Name"
          hint="People read it wherever its apps ask them. Once an app is live, its team cannot change it."
        >
          <NameForm key={`name ${formKey}`} name={partner.name} answer={answer} />
        </Section>
      ) : null}
      {isOwner && !isSuspended ? (
        <Section
          title="Invite somebody into the team"
          hint="Its own owners do that in the portal. Do it for them where none of them can any more."
        >
          <InvitationForm key={`invite ${formKey}`} roles={ROLES} answer={answer} />
        </Section>
      ) : null}
      <Section
        title={isSuspended ? 'Lift the suspension' : 'Suspend this organization'}
        hint={
          isSuspended
            ? 'The apps that were suspended together with it work again; one that was suspended by itself stays so.'
            : `Its ${count(apps.length, 'app')} stop working from the next request on, and its team can do nothing in the portal. Consents and refresh tokens are kept, unusable, so that it can be lifted without asking people again.`
        }
      >
        <ModerationForm key={formKey} isSuspended={isSuspended} what="the organization" answer={answer} />
      </Section>
      <Section
        title="What happened last"
        actions={<TextLink to={`/admin/activity?partner=${partner.id}`}>All its activity</TextLink>}
      >
        <EventTable events={events} />
      </Section>
    </Page>
  )
}

function NameForm({ name, answer }: { name: string; answer: Answer | undefined }) {
  const [form, fields] = useForm<{ name: string }>({
    id: 'rename',
    lastResult: resultFor(answer, 'rename'),
    defaultValue: { name },
  })
  return (
    <PostForm form={form}>
      <TextField field={fields.name} label="Name" />
      <Buttons>
        <Button name="intent" value="rename">
          Rename
        </Button>
      </Buttons>
    </PostForm>
  )
}
