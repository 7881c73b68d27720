import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { TRIPS_API } from './apps'

const TRIPS = [
  { id: 1, to: 'Bergen', from: '2026-06-02', nights: 4, paid: 812 },
  { id: 2, to: 'Lisbon', from: '2026-09-14', nights: 6, paid: 1104 },
]

/** The API of the demo: it checks access tokens as any resource server would (RFC 9068 §4, RFC 6750 §3). */
export function createSampleApi(issuer: string): FastifyInstance {
  const app = Fastify()
  const keys = createRemoteJWKSet(new URL(`${issuer}.well-known/jwks.json`))

  /** The scopes of the request's token, or nothing after the refusal has been sent. */
  async function scopesOf(request: FastifyRequest, reply: FastifyReply): Promise<Set<string> | undefined> {
    const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (!token) {
      reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'send an access token' })
      return undefined
    }
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: TRIPS_API,
        typ: 'at+jwt',
        algorithms: ['RS256'],
      })
      return new Set(String(payload.scope ?? '').split(' '))
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: error.message })
      return undefined
    }
  }

  const protectedRoute = (path: string, scope: string, answer: () => object) =>
    app.get(path, async (request, reply) => {
      const scopes = await scopesOf(request, reply)
      if (!scopes) return reply
      if (scopes.has(scope)) return answer()
      reply.code(403).header('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`)
      return { error: `the scope ${scope} is needed` }
    })

  protectedRoute('/trips', 'read:trips', () => ({ trips: TRIPS.map(({ paid, ...trip }) => trip) }))
  protectedRoute('/payments', 'read:payments', () => ({ payments: TRIPS.map(({ id, paid }) => ({ trip: id, paid })) }))
  return app
}
