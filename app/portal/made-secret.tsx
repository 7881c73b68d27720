import { Notice } from '~/ui/notice'
import { Time } from '~/ui/time'
import type { NewSecret } from './app-acts'
import { Credential } from './credential'
import { Panel } from './panel'

/** The answer to a rotation: the one time that the new secret is shown. */
export function MadeSecret({ clientId, secret, oldWorksUntil }: NewSecret) {
  return (
    <Panel title="The new client secret">
      <Credential label="Client ID" value={clientId} testId="client-id" />
      <Credential label="Client secret" value={secret} testId="client-secret" />
      <Notice tone="warning" title="Copy the secret now: it is shown this once">
        Put it in place of the old one on your server.{' '}
        {oldWorksUntil === null ? (
          'The old one no longer works.'
        ) : (
          <>
            The old one works until <Time at={oldWorksUntil} />, or until you retire it. Tokens and consents stay as
            they are.
          </>
        )}
      </Notice>
    </Panel>
  )
}
