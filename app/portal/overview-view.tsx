import type { Refusal } from '~/pages/form-answers'
import { ButtonLink } from '~/ui/button'
import { DescriptionList } from '~/ui/description-list'
import type { NewSecret } from './app-acts'
import { AppFrame } from './app-frame'
import type { overviewPage } from './app-pages'
import { appTypes } from './app-types'
import { ChecklistView } from './checklist-view'
import { Credential } from './credential'
import { Problem } from './form-parts'
import { MadeSecret } from './made-secret'
import { NextStep } from './next-step'
import type { PageNotice } from './notices'
import { Panel } from './panel'

type Props = Awaited<ReturnType<typeof overviewPage>> & {
  notice: PageNotice
  answer: (Refusal & { made?: NewSecret }) | undefined
}

export function OverviewView(page: Props) {
  const { head, notice, answer, endpoints, checklist, lastWords, support } = page
  const isUnsubmitted = head.proposedState !== null && head.proposedState !== 'submitted'
  return (
    <AppFrame head={head} notice={answer ? null : notice}>
      <Problem answer={answer} />
      {answer?.made ? <MadeSecret {...answer.made} /> : null}
      <NextStep head={head} lastWords={lastWords} support={support} />
      {isUnsubmitted ? (
        <Panel title="Before you submit" lead="What reviewers look for.">
          <ChecklistView items={checklist} clientId={head.clientId} />
        </Panel>
      ) : null}
      <Panel
        title="What to configure in your app"
        lead="Most libraries need no more than the client ID and the issuer."
      >
        {answer?.made ? null : <Credential label="Client ID" value={head.clientId} testId="client-id" />}
        <div className="grid gap-4 sm:grid-cols-2">
          {endpoints.map(({ label, value }) => (
            <Credential key={label} label={label} value={value} />
          ))}
        </div>
      </Panel>
      <PresentSettings {...page} />
    </AppFrame>
  )
}

function PresentSettings({ head, callbacks, needsPkce, scopes, people }: Props) {
  const code = (values: string[], none: string) =>
    values.length === 0
      ? none
      : values.map((value) => (
          <code key={value} className="block font-mono text-sm break-all">
            {value}
          </code>
        ))
  return (
    <Panel
      title={head.isLive ? 'What is live' : 'What works now'}
      actions={
        <>
          <ButtonLink to={`/portal/apps/${head.clientId}/settings`} variant="secondary" size="sm">
            Settings
          </ButtonLink>
          {head.isConfidential ? (
            <ButtonLink to={`/portal/apps/${head.clientId}/credentials`} variant="secondary" size="sm">
              Rotate the secret
            </ButtonLink>
          ) : null}
        </>
      }
    >
      <DescriptionList
        items={[
          { term: 'Type', description: head.appType ? appTypes[head.appType].label : 'Not set' },
          { term: 'Callbacks', description: code(callbacks, 'None') },
          ...(head.appType === 'non_interactive'
            ? []
            : [
                {
                  term: 'PKCE',
                  description: needsPkce
                    ? 'Required, with S256: a request without a code challenge is refused.'
                    : 'Not required of this app; send a code challenge (S256) where your library can.',
                },
              ]),
          { term: 'Scopes', description: code(['openid', ...scopes.map(({ scope }) => scope)], 'None') },
          {
            term: 'Consents',
            description: people === 0 ? 'None in force' : people === 1 ? 'Of one person' : `Of ${people} people`,
          },
        ]}
      />
    </Panel>
  )
}
