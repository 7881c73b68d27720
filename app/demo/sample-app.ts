import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import * as client from 'openid-client'
import { escapeHtml } from '~/platform/html'
import { TRIPS_API } from './apps'

type Options = { issuer: string; origin: string; apiOrigin: string; clientId: string; clientSecret: string }

type Visit = { verifier?: string; state?: string; nonce?: string; accessToken?: string; expectedSubject?: string }

const SCOPE = 'openid profile email offline_access read:trips read:payments'

/** The app of a partner: it signs people in with openid-client, knowing no more of this server than its issuer. */
export function createSampleApp({ issuer, origin, apiOrigin, clientId, clientSecret }: Options): FastifyInstance {
  const app = Fastify()
  const visits = new Map<string, Visit>()
  let configuration: Promise<client.Configuration> | undefined
  const configured = () => {
    const options = issuer.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : undefined
    configuration ??= client.discovery(new URL(issuer), clientId, clientSecret, undefined, options)
    return configuration
  }

  const visitOf = (cookie: string | undefined): Visit | undefined =>
    visits.get(/sample=([^;]+)/.exec(cookie ?? '')?.[1] ?? '')

  app.get('/', async (request, reply) => {
    reply.type('text/html; charset=utf-8')
    const visit = visitOf(request.headers.cookie)
    if (!visit?.accessToken) {
      return page(
        'Trip Insights',
        '<p>See where your travel budget goes.</p><p><a class="button" href="/sign-in">Sign in with travelbase</a></p>',
      )
    }
    const profile = await client.fetchUserInfo(
      await configured(),
      visit.accessToken,
      visit.expectedSubject ?? client.skipSubjectCheck,
    )
    const [trips, payments] = await Promise.all(
      ['/trips', '/payments'].map((path) => fromApi(`${apiOrigin}${path}`, visit.accessToken ?? '')),
    )
    return page(
      `Hello ${profile.name ?? 'traveler'}`,
      `<h2>Your profile</h2><pre>${show(profile)}</pre><h2>Your trips</h2><pre>${show(trips)}</pre><h2>What you paid</h2><pre>${show(payments)}</pre><p><a href="/sign-out">Sign out</a></p>`,
    )
  })

  app.get('/sign-in', async (_request, reply) => {
    const verifier = client.randomPKCECodeVerifier()
    const visit: Visit = { verifier, state: client.randomState(), nonce: client.randomNonce() }
    const id = randomBytes(18).toString('base64url')
    visits.set(id, visit)
    const to = client.buildAuthorizationUrl(await configured(), {
      redirect_uri: `${origin}/callback`,
      scope: SCOPE,
      audience: TRIPS_API,
      state: visit.state ?? '',
      nonce: visit.nonce ?? '',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    return reply.header('set-cookie', `sample=${id}; Path=/; HttpOnly; SameSite=Lax`).redirect(to.href)
  })

  app.get('/callback', async (request, reply) => {
    reply.type('text/html; charset=utf-8')
    const visit = visitOf(request.headers.cookie)
    if (!visit?.verifier) return reply.redirect('/')
    try {
      const tokens = await client.authorizationCodeGrant(await configured(), new URL(`${origin}${request.url}`), {
        pkceCodeVerifier: visit.verifier,
        expectedState: visit.state,
        expectedNonce: visit.nonce,
      })
      visit.accessToken = tokens.access_token
      visit.expectedSubject = tokens.claims()?.sub
      visit.verifier = undefined
      return reply.redirect('/')
    } catch (error) {
      const message =
        error instanceof Error
          ? `${error.message} ${'error_description' in error ? error.error_description : ''}`
          : String(error)
      return page('That did not work', `<p>${escapeHtml(message)}</p><p><a href="/">Back</a></p>`)
    }
  })

  app.get('/sign-out', async (request, reply) => {
    visits.delete(/sample=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
    return reply.redirect('/')
  })
  return app
}

async function fromApi(url: string, accessToken: string): Promise<unknown> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
  return response.json()
}

const show = (value: unknown): string => escapeHtml(JSON.stringify(value, null, 2))

const page = (title: string, body: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title><style>body{font:16px/1.6 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}
pre{padding:1rem;border:1px solid #8884;border-radius:8px;overflow:auto}.button{padding:.6rem 1rem;border-radius:8px;background:#0b6e4f;color:#fff;text-decoration:none}</style>
</head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`
