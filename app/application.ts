/** The HTTP server: machine endpoints as their doors declare them, static files, and Remix for everything else. */
import { join } from 'node:path'
import fastifyCompress from '@fastify/compress'
import fastifyStatic from '@fastify/static'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { brandEndpoints } from './account/brand'
import { FOR_A_YEAR, NO_SNIFFING, sendCompressedFiles } from './compressed-files'
import type { AppContext, MachineEndpoint, Services } from './context'
import { corsHeaders, PREFLIGHT_HEADERS } from './cors'
import { logFailure } from './domain/audit/log-failure'
import { proxiesOf, warnOfUntrustedProxy } from './forwarded'
import { managementEndpoints } from './management/routes'
import { measureRequests } from './measure-requests'
import { oauthEndpoints } from './oauth/routes'
import { operationsEndpoints } from './operations'
import { clearedHeaders, pageHeaders } from './page-headers'
import type { Pages } from './pages-of-build'
import { readCookies } from './platform/cookies'
import type { HttpAnswer, HttpRequest } from './platform/http'
import { logRefusal } from './platform/log'
import { newNonce } from './platform/secrets'
import { visitorCookies, visitorOf } from './platform/visitors'
import {
  areaOf,
  machineAreas,
  readsPages,
  refuseAddress,
  refusedRequest,
  refuseForgery,
  refuseUnreadable,
  splitOnce,
  UNREADABLE,
  unknownAddress,
} from './refused-requests'
import { prepareToStop } from './stop'
import { traceRequests } from './trace-requests'
import { unavailableAnswer } from './unavailable'
import { sendWebResponse, toWebRequest } from './web-request'

const BODY_LIMIT = 256 * 1024
/** Browsers ask for nothing of this host in the clear for a year (RFC 6797). */
const OVER_TLS_ALONE = ['strict-transport-security', 'max-age=31536000'] as const

type Options = { pages?: () => Promise<Pages>; publicFolder?: string }

/** @param pages asked for when a page is opened first; without it, only machine endpoints answer */
export async function createApplication(
  services: Services,
  { pages, publicFolder }: Options = {},
): Promise<FastifyInstance> {
  const proxies = proxiesOf(services.config)
  const app = Fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: proxies.requestId,
    // Every line of the program's own names the request; a logger for each would cost more than most requests.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_LIMIT,
    trustProxy: proxies.isProxy,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 500 },
    frameworkErrors: (_error, request, reply) =>
      send(reply, refusedRequest(request, 400, 'The address is not valid: check what is percent-encoded in it.')),
    // A request to a proxy names the server too (RFC 9112 §3.2.2): where it was sent to is not for the wire to say.
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?=\?|$)/, '/'),
    clientErrorHandler: refuseUnreadable,
  })
  prepareToStop(app, services.ending)
  warnOfUntrustedProxy(app, { log: services.log, isProxy: proxies.isProxy })
  if (services.config.isSecure)
    app.addHook('onRequest', async (_request, reply) => void reply.header(...OVER_TLS_ALONE))
  traceRequests(app, services.log)
  measureRequests(app, services.metrics)
  // Doors read bodies themselves: a repeated parameter has to be seen, not merged.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refuseAddress(request)
    if (refusal) send(reply, refusal)
    else done()
  })
  app.setNotFoundHandler((request, reply) => send(reply, unknownAddress(request)))

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const unavailable = unavailableAnswer(error, request)
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500)
      logFailure(services.log, error, 'a request failed', { requestId: request.id, path: pathOf(request) })
    if (unavailable) return send(reply, unavailable)
    const said =
      status === 500
        ? `Something went wrong here. Try again; if it stays, tell the people who run this site the request id, ${request.id}.`
        : (UNREADABLE[status] ?? 'The request cannot be read. Check its headers and its body.')
    return send(reply, refusedRequest(request, status, said))
  })

  await app.register(fastifyCompress, { global: true, threshold: 1024, encodings: ['gzip'] })
  const endpoints: MachineEndpoint[] = [
    ...operationsEndpoints,
    ...brandEndpoints,
    ...oauthEndpoints,
    ...managementEndpoints,
  ]
  for (const endpoint of endpoints) {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      bodyLimit: endpoint.bodyLimit ?? BODY_LIMIT,
      // Tokens are short, and are not put beside words of the client's into one compressed text.
      ...(endpoint.method === 'GET' ? {} : { compress: false }),
      async handler(request, reply) {
        const ctx = contextFor(services, request)
        const answer = await endpoint.run(ctx, toHttpRequest(request))
        if (endpoint.interactive) rememberVisitor(ctx, reply)
        if (endpoint.cors) reply.headers(await corsHeaders(ctx, endpoint.cors, request.headers.origin))
        return send(reply, answer)
      },
    })
  }
  refuseOtherMethods(
    app,
    [...operationsEndpoints, ...oauthEndpoints].filter(({ besidePage }) => !besidePage),
  )
  for (const [path, cors] of new Map(endpoints.map((endpoint) => [endpoint.path, endpoint.cors]))) {
    if (!cors) continue
    app.options(path, async (request, reply) => {
      reply.headers(await corsHeaders(contextFor(services, request), cors, request.headers.origin))
      return send(reply, { status: 204, headers: PREFLIGHT_HEADERS })
    })
  }

  if (publicFolder) await app.register((scope) => registerFiles(scope, publicFolder))
  const areas = machineAreas(endpoints)
  if (pages) await app.register((scope) => registerPages(scope, services, { pages, areas }))
  return app
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** An address of machines has no page: another method than those that it has is answered as such (RFC 9110 §15.5.6). */
function refuseOtherMethods(app: FastifyInstance, endpoints: MachineEndpoint[]): void {
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const allowed = new Set(endpoints.flatMap((endpoint) => (endpoint.path === path ? endpoint.method : [])))
    const others = METHODS.filter((method) => !allowed.has(method))
    if (others.length === 0) continue
    app.route({
      method: others,
      url: path,
      handler(request, reply) {
        const allow = [...allowed].join(', ')
        const answer = refusedRequest(request, 405, `This address takes ${allow} and not ${request.method}.`)
        return send(reply, { ...answer, headers: { ...answer.headers, allow } })
      },
    })
  }
}

async function registerFiles(scope: FastifyInstance, publicFolder: string): Promise<void> {
  sendCompressedFiles(scope, publicFolder)
  await scope.register(fastifyStatic, {
    root: publicFolder,
    wildcard: false,
    // Else the library's own `max-age=0` comes after the header that is set here.
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = path.startsWith(join(publicFolder, 'build'))
      const kept = isHashed ? FOR_A_YEAR : { 'cache-control': 'public, max-age=3600' }
      for (const [name, value] of Object.entries({ ...kept, ...NO_SNIFFING })) response.setHeader(name, value)
    },
  })
}

type PageOptions = { pages: () => Promise<Pages>; areas: ReadonlySet<string> }

async function registerPages(app: FastifyInstance, services: Services, { pages, areas }: PageOptions): Promise<void> {
  app.all('/*', async (request, reply) => {
    if (areas.has(areaOf(request.url))) return send(reply, unknownAddress(request))
    const { answer, has } = await pages()
    const isPage = has(pathOf(request))
    if (!isPage && !readsPages(request)) return send(reply, unknownAddress(request))
    const { id, url, headers, body } = request
    // What is sent to where no page is, is not read: a page is shown that says so.
    const asked = { id, url, headers, body, method: isPage ? request.method : 'GET' }
    const refusal = refuseForgery(services.config, asked)
    if (refusal) return send(reply, refusal)
    const ctx = contextFor(services, request)
    const response = await answer(toWebRequest(asked, services.config.issuer), ctx)
    if (request.method === 'POST' && response.status >= 400 && response.status < 500)
      logRefusal(ctx, { endpoint: pathOf(request), clientId: undefined, error: String(response.status) })
    if (ctx.failure !== undefined && unavailableAnswer(ctx.failure, request)) {
      await response.body?.cancel()
      throw ctx.failure
    }
    for (const [name, value] of await pageHeaders(ctx, request.url)) reply.header(name, value)
    rememberVisitor(ctx, reply)
    return sendWebResponse(reply, response, clearedHeaders)
  })
}

/** The context of one request, before anybody has proved who they are. */
export function contextFor(services: Services, request: FastifyRequest): AppContext {
  const cookies = readCookies(services.config, request.headers.cookie)
  const { id, ip } = request
  const userAgent = request.headers['user-agent']?.slice(0, 500)
  let nonce: string | undefined
  return {
    ...services,
    request: Object.assign(visitorOf(cookies), { id, ip, userAgent, cookies }),
    actor: { type: 'anonymous' },
    get nonce() {
      nonce ??= newNonce()
      return nonce
    },
  }
}

/** An address without its query, which may hold what nobody else is to know. */
const pathOf = ({ url }: { url: string }): string => splitOnce(url, '?')[0]

function rememberVisitor(ctx: AppContext, reply: FastifyReply): void {
  for (const cookie of visitorCookies(ctx.config, ctx.request)) reply.header('set-cookie', cookie)
}

function toHttpRequest(request: FastifyRequest): HttpRequest {
  const [path = '', queryString = ''] = splitOnce(request.url, '?')
  return {
    method: request.method,
    path,
    queryString,
    params: request.params as Record<string, string>,
    headers: request.headers,
    contentType: (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  }
}

function send(reply: FastifyReply, { status, headers = {}, body }: HttpAnswer): FastifyReply {
  reply.code(status).header('x-content-type-options', 'nosniff')
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  return reply.send(body)
}
