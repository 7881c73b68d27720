/** An app of a partner as its makers write it: a callback on this machine, and openid-client. */
import { createServer } from 'node:http'
import * as openid from 'openid-client'
import { closeAfterFile } from '~tests/support/services'

export type SampleClient = {
  callback: string
  /** Where to send a user, and what to wait for when they come back. */
  begin(options: { clientId: string; secret: string; scope: string; audience?: string }): Promise<Visit>
}

export type Visit = {
  url: string
  /** The answer at the callback, exchanged for tokens. @throws what openid-client throws */
  finish(): Promise<openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers>
  /** The query of the answer at the callback. */
  answer(): Promise<URLSearchParams>
  configuration: openid.Configuration
}

/** Listens on a free loopback port until the test file has ended. */
export async function openSampleClient(issuer: string): Promise<SampleClient> {
  /** Who waits for the answer to which `state`. */
  const waiting = new Map<string, (url: URL) => void>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', callback)
    response.setHeader('content-type', 'text/html').end('<title>The app</title><h1>Back in the app</h1>')
    waiting.get(url.searchParams.get('state') ?? '')?.(url)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const callback = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/callback`
  closeAfterFile(async () => void server.close())

  return {
    callback,
    async begin({ clientId, secret, scope, audience }) {
      const configuration = await openid.discovery(new URL(issuer), clientId, secret, undefined, {
        execute: [openid.allowInsecureRequests],
      })
      const pkceCodeVerifier = openid.randomPKCECodeVerifier()
      const expectedState = openid.randomState()
      const expectedNonce = openid.randomNonce()
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        scope,
        state: expectedState,
        nonce: expectedNonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        ...(audience ? { audience } : {}),
      })
      const answer = new Promise<URL>((resolve) => waiting.set(expectedState, resolve))
      return {
        url: url.href,
        configuration,
        answer: async () => (await answer).searchParams,
        finish: async () =>
          openid.authorizationCodeGrant(configuration, await answer, {
            pkceCodeVerifier,
            expectedState,
            expectedNonce,
          }),
      }
    },
  }
}
