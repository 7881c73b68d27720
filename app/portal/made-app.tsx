import { ButtonLink } from '~/ui/button'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { appTypes } from './app-types'
import { Credential } from './credential'
import type { Made } from './new-app-view'
import { Panel } from './panel'
import { Steps } from './steps'

/** The answer to a creation: the one time that the secret is shown. */
export function MadeApp({ clientId, name, appType, secret }: Made) {
  return (
    <>
      <PageHeader
        title={`${name} is created`}
        description="Your team can use it right away; nobody else can until it is approved."
      />
      <div className="grid gap-6">
        <Panel title="Credentials">
          <Credential label="Client ID" value={clientId} testId="client-id" />
          {secret ? (
            <>
              <Credential label="Client secret" value={secret} testId="client-secret" />
              <Notice tone="warning" title="Copy the secret now: it is shown this once">
                Keep it on your server, out of source code and out of anything that people download. If you lose it,
                rotate it.
              </Notice>
            </>
          ) : (
            <p className="text-muted">{appTypes[appType].noSecret}</p>
          )}
        </Panel>
        <Steps
          title="What comes next"
          steps={[
            {
              title: 'Configure your app',
              text: 'Give your OpenID Connect library the client ID and the issuer. The overview lists every endpoint.',
            },
            { title: 'Try it', text: 'Sign in with the address of your own account, and add testers.' },
            { title: 'Submit it', text: 'Have it reviewed when it works as it should.' },
          ]}
          action={<ButtonLink to={`/portal/apps/${clientId}`}>Open the app</ButtonLink>}
        />
      </div>
    </>
  )
}
