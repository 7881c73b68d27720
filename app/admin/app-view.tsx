import { useForm } from '@conform-to/react'
import type { AppState } from '~/domain/apps/app-state'
import { appStates } from '~/ui/app-words'
import { CopyableValue } from '~/ui/copy'
import { Notice } from '~/ui/notice'
import { type DayOfUse, Usage } from '~/ui/usage'
import { Pkce, type PkceOfApp, SecurityMode } from './app-rules'
import { EventTable } from './event-table'
import type { EventRow } from './events'
import { type Answer, Button, Buttons, PostForm, resultFor, useFormKey } from './form-parts'
import { type CallbackRow, Callbacks, ExternalLink, Lines, type ScopeRow, Scopes } from './manifest-parts'
import { ModerationForm } from './moderation-form'
import { Badge, Facts, Page, Section, Table, TextLink, When } from './page-parts'
import { APP_TYPES, count, VERSION_STATES } from './words'

type Version = {
  id: string
  number: number
  state: keyof typeof VERSION_STATES
  submittedAt: number | null
  decidedAt: number | null
  decidedBy: string | null
  isLive: boolean
}
type Props = {
  app: {
    clientId: string
    name: string
    description: string | null
    appType: string | null
    mode: string | null
    state: AppState
    suspendedAt: number | null
    createdAt: number
    homepageUri: string | null
    privacyPolicyUri: string | null
    termsUri: string | null
    grantTypes: string[]
    authMethod: string | null
    allowedLogoutUrls: string[]
    webOrigins: string[]
    availability: string
    source: ClientSource
    reviewedAt: number | null
    updatedAt: number
  }
  pkce: PkceOfApp
  callbacks: CallbackRow[]
  scopes: ScopeRow[] | null
  clientGrants: { audience: string; scope: string[] }[]
  partner: { id: string; name: string; isSuspended: boolean } | null
  waiting: string | null
  usage: DayOfUse[]
  use: { usersWithConsent: number; liveTokenFamilies: number }
  versions: Version[]
  suspension: string | null
  events: EventRow[]
  notice: string | null
  answer: Answer | undefined
}

type ClientSource = 'tenant' | 'portal' | 'partner-api' | 'registration' | 'metadata-document'

const MADE_BY: Record<ClientSource, string> = {
  tenant: 'Made by the tenant',
  portal: 'Not made in the portal',
  'partner-api': 'A partner’s program, for the Management API',
  registration: 'Registered itself',
  'metadata-document': 'Described by the document at its client ID',
}

export function AppView(props: Props) {
  const { app, partner, waiting, notice, answer } = props
  return (
    <Page
      title={app.name}
      badge={<Badge {...appStates[app.state]} />}
      back={{ to: '/admin/apps', label: 'Apps' }}
      notice={notice}
      answer={answer}
    >
      {waiting && (
        <Notice tone="info">
          A version of this app waits for a decision.{' '}
          <TextLink to={`/admin/reviews/${waiting}`}>Open the review</TextLink>
        </Notice>
      )}
      {app.suspendedAt !== null && (
        <Notice tone="danger">
          Suspended since <When at={app.suspendedAt} />
          {props.suspension && `: ${props.suspension}`}
        </Notice>
      )}
      <Approval {...props} />
      <Section title="About">
        <Facts
          items={[
            ['Client ID', <CopyableValue key="id" value={app.clientId} label="the client ID" testId="client-id" />],
            [
              'Partner',
              partner ? (
                <TextLink key="p" to={`/admin/partners/${partner.id}`}>
                  {partner.name}
                </TextLink>
              ) : (
                MADE_BY[app.source]
              ),
            ],
            ['Type', APP_TYPES[app.appType ?? ''] ?? 'Not said'],
            ['Who can use it', app.availability === 'everyone' ? 'Everyone' : 'Only its team and named testers'],
            ['Third-party profile', app.mode === 'strict' ? 'Strict' : 'Permissive'],
            ['PKCE', props.pkce.isRequired ? 'Required' : 'Not required'],
            ['Description', app.description || '–'],
            ['Homepage', <ExternalLink key="h" href={app.homepageUri} />],
            ['Privacy policy', <ExternalLink key="pp" href={app.privacyPolicyUri} />],
            ['Terms of service', <ExternalLink key="t" href={app.termsUri} />],
            ['Grant types', app.grantTypes.join(', ') || '–'],
            ['Made', <When key="at" at={app.createdAt} />],
          ]}
        />
      </Section>
      <Section title="What is in force" hint="What the authorization server obeys at this moment.">
        <Callbacks rows={props.callbacks} />
        <Facts
          items={[
            ['Logout addresses', <Lines key="l" values={app.allowedLogoutUrls} />],
            ['Web origins', <Lines key="o" values={app.webOrigins} />],
          ]}
        />
        {props.scopes ? (
          <Scopes rows={props.scopes} />
        ) : (
          <p>Nobody set a limit to the scopes that it may ask people for.</p>
        )}
        {props.clientGrants.length > 0 && (
          <Facts
            items={props.clientGrants.map(({ audience, scope }) => [
              `In its own name at ${audience}`,
              scope.join(' ') || '–',
            ])}
          />
        )}
      </Section>
      <Section title="Use" hint="What the app did with its users; the last seconds may be missing.">
        <Usage days={props.usage}>Nobody has signed in with the app, and it was given no token.</Usage>
      </Section>
      <Versions versions={props.versions} />
      <SecurityMode mode={app.mode} answer={answer} />
      <Pkce pkce={props.pkce} answer={answer} />
      <Suspension {...props} />
      <Section
        title="What happened last"
        actions={<TextLink to={`/admin/activity?app=${app.clientId}`}>All its activity</TextLink>}
      >
        <EventTable events={props.events} />
      </Section>
    </Page>
  )
}

/** An app that nobody here made: people are warned of it until an owner has looked at it. */
function Approval({ app, answer }: Props) {
  const [form] = useForm({ id: 'approval', lastResult: resultFor(answer, 'approve') })
  const madeItself = app.source === 'registration' || app.source === 'metadata-document'
  if (!madeItself || app.reviewedAt !== null) return null
  return (
    <Section
      title="Nobody has reviewed this app"
      hint={
        app.availability === 'everyone'
          ? 'It works, and people are warned before they allow it anything. An approval ends the warning, until the app changes what it registered.'
          : 'It works for nobody yet.'
      }
    >
      <PostForm form={form}>
        <input type="hidden" name="updated_at" value={app.updatedAt} />
        <Buttons>
          <Button name="intent" value="approve">
            Approve the app
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}

function Versions({ versions }: { versions: Version[] }) {
  if (versions.length === 0) return null
  return (
    <Section title="Versions">
      <Table
        caption="Versions, the newest first"
        head={['Version', 'State', 'Submitted', 'Decided', 'By']}
        empty=""
        rows={versions.map((version) => ({
          key: version.id,
          cells: [
            <TextLink key="v" to={`/admin/reviews/${version.id}`}>
              Version {version.number}
            </TextLink>,
            <Badge
              key="s"
              {...(version.isLive ? { label: 'Live', tone: 'success' } : VERSION_STATES[version.state])}
            />,
            <When key="at" at={version.submittedAt} />,
            <When key="d" at={version.decidedAt} />,
            version.decidedBy ?? '–',
          ],
        }))}
      />
    </Section>
  )
}

function Suspension({ app, partner, use, answer }: Props) {
  const isSuspended = app.suspendedAt !== null
  const formKey = useFormKey(answer)
  return (
    <Section
      title={isSuspended ? 'Lift the suspension' : 'Suspend this app'}
      hint={
        isSuspended
          ? 'All that people have allowed, and all refresh tokens, were kept: they work again after a reinstatement.'
          : 'In force from the next request on: no sign-in, no token, no user data. Consents and refresh tokens are kept, unusable, so that a reinstatement asks nothing of people.'
      }
    >
      <Facts
        items={[
          [
            isSuspended ? 'People who wait' : 'People it touches',
            `${count(use.usersWithConsent, 'person has', 'people have')} given it access`,
          ],
          [
            isSuspended ? 'Sign-ins that wait' : 'Sign-ins it stops',
            `${count(use.liveTokenFamilies, 'sign-in', 'sign-ins')} with a refresh token that works`,
          ],
        ]}
      />
      {isSuspended && partner?.isSuspended ? (
        <p>
          The whole organization is suspended.{' '}
          <TextLink to={`/admin/partners/${partner.id}`}>Reinstate {partner.name}</TextLink> first.
        </p>
      ) : (
        <ModerationForm key={formKey} isSuspended={isSuspended} what="the app" answer={answer} />
      )}
    </Section>
  )
}
