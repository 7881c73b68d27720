import type { ReactNode } from 'react'
import type { AppState } from '~/domain/apps/app-state'
import type { ManifestChange } from '~/domain/apps/manifest-diff'
import { ChecklistSign } from '~/ui/checklist-sign'
import { CopyableValue } from '~/ui/copy'
import { Notice, type NoticeTone } from '~/ui/notice'
import { Changes } from './changes-view'
import { Conversation, type ConversationPage } from './conversation'
import { DecisionForm } from './decision-form'
import type { Answer } from './form-parts'
import { type CallbackRow, Callbacks, ExternalLink, Lines, type ScopeRow, Scopes } from './manifest-parts'
import { Badge, Facts, Page, Section, TextLink, When } from './page-parts'
import { type PartnerFacts, PartnerSection } from './partner-section'
import { APP_TYPES, durationText, VERSION_STATES } from './words'

type Props = {
  now: number
  seen: string
  version: {
    id: string
    number: number
    submission: number
    state: keyof typeof VERSION_STATES
    submittedAt: number | null
    submittedBy: string | null
    decidedAt: number | null
    decidedBy: string | null
  }
  app: {
    clientId: string
    appType: string | null
    isLive: boolean
    isSuspended: boolean
    createdAt: number
  }
  partner: PartnerFacts & { otherApps: { clientId: string; name: string; state: AppState }[] }
  fields: {
    name: string
    description: string
    homepageUri: string | null
    privacyPolicyUri: string | null
    termsUri: string | null
    allowedLogoutUrls: string[]
    webOrigins: string[]
    backchannelLogoutUris: string[]
    extraGrantTypes: string[]
    idTokenAlg: string
  }
  callbacks: CallbackRow[]
  scopes: ScopeRow[]
  checklist: { label: string; isDone: boolean; isAdvice: boolean }[]
  changes: ManifestChange[]
  comparedWith: number | null
  changesSinceSentBack: ManifestChange[] | null
  conversation: ConversationPage
  testers: string[]
  notice: string | null
  answer: Answer | undefined
}

export function ReviewView(props: Props) {
  const { version, app, partner, fields, notice, answer } = props
  return (
    <Page
      title={fields.name}
      badge={<Badge {...VERSION_STATES[version.state]} />}
      lead={
        <>
          Version {version.number}
          {version.submission > 1 && `, submission ${version.submission}`} by {partner.name}.{' '}
          <TextLink to={`/admin/apps/${app.clientId}`}>All about this app</TextLink>
        </>
      }
      back={{ to: '/admin/reviews', label: 'Reviews' }}
      notice={notice}
      answer={answer}
    >
      <Standing {...props} />
      {props.changesSinceSentBack && props.version.state !== 'changes_requested' && (
        <Section title="What changed since it was sent back">
          <Changes changes={props.changesSinceSentBack} />
        </Section>
      )}
      {props.comparedWith !== null && (
        <Section title={`What changes against version ${props.comparedWith}, which is live`}>
          <Changes changes={props.changes} />
        </Section>
      )}
      <Section title="What is submitted">
        <Facts
          items={[
            ['Name', fields.name],
            ['Description', fields.description || '–'],
            ['Type', APP_TYPES[app.appType ?? ''] ?? 'Not said'],
            ['Homepage', <ExternalLink key="h" href={fields.homepageUri} />],
            ['Privacy policy', <ExternalLink key="p" href={fields.privacyPolicyUri} />],
            ['Terms of service', <ExternalLink key="t" href={fields.termsUri} />],
            // What few apps have stands there where they have it.
            ...someLines('Logout addresses', fields.allowedLogoutUrls),
            ...someLines('Web origins', fields.webOrigins),
            ...someLines('Back-channel logout', fields.backchannelLogoutUris),
            ...someLines('Further flows', fields.extraGrantTypes),
            ['Signature of ID tokens', fields.idTokenAlg],
            ['Client ID', <CopyableValue key="id" value={app.clientId} label="the client ID" testId="client-id" />],
          ]}
        />
        <h3 className="font-semibold">Callbacks, where codes and tokens go</h3>
        <Callbacks rows={props.callbacks} />
        <h3 className="font-semibold">Scopes, and the reason that people read</h3>
        <Scopes rows={props.scopes} />
        <h3 className="font-semibold">What the partner was asked for</h3>
        <ul className="grid gap-2 sm:grid-cols-2">
          {props.checklist.map(({ label, ...sign }) => (
            <li key={label} className="flex items-start gap-2">
              <ChecklistSign {...sign} />
              {label}
            </li>
          ))}
        </ul>
        <Facts items={[['Testers', props.testers.join(', ') || 'None besides the team']]} />
      </Section>
      <PartnerSection partner={partner} otherApps={partner.otherApps} />
      <Section title="Conversation">
        <Conversation {...props.conversation} />
      </Section>
      {/* Whoever decides has the newest of what was said before them. */}
      {version.state === 'submitted' && props.conversation.isEnd && (
        <Section title="Decide">
          <DecisionForm seen={props.seen} isLive={app.isLive} answer={answer} />
        </Section>
      )}
    </Page>
  )
}

const someLines = (term: string, values: string[]): [string, ReactNode][] =>
  values.length > 0 ? [[term, <Lines key={term} values={values} />]] : []

function Standing({ version, app, now }: Props) {
  return (
    <>
      {version.state === 'submitted' ? (
        <Notice tone="info">
          Submitted by {version.submittedBy ?? 'the partner'} <When at={version.submittedAt} />; waits for{' '}
          {durationText(now - (version.submittedAt ?? now))}.
        </Notice>
      ) : (
        <Notice tone={noticeTone(version.state)}>
          {VERSION_STATES[version.state].label}
          {version.decidedAt !== null && (
            <>
              , decided by {version.decidedBy} <When at={version.decidedAt} />
            </>
          )}
          . Nothing is to be decided here.
        </Notice>
      )}
      {app.isSuspended && (
        <Notice tone="danger">This app is suspended. An approval does not lift the suspension.</Notice>
      )}
    </>
  )
}

const noticeTone = (state: Props['version']['state']): NoticeTone =>
  state === 'draft' || state === 'superseded' ? 'info' : VERSION_STATES[state].tone
