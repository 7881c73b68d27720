/**
 * `oidc-provider` with what its documentation tells a maker to add: an adapter that keeps its models in SQLite, and an
 * interaction. This one signs in by itself and allows everything: only the set-up of the workloads passes through it.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Sqlite from 'better-sqlite3'
import { type Adapter, type AdapterConstructor, type AdapterPayload, type Configuration, Provider } from 'oidc-provider'
import { API, CALLBACK, SCOPE } from './subject'

const [port = '0', file = ''] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`
const PERSON = 'auth0|0123456789'
const HOUR = 3600
const TWO_WEEKS = 14 * 24 * HOUR

/** Each model in one row, found by its id, its `uid`, or the grant that it belongs to. */
function sqliteAdapter(path: string): AdapterConstructor {
  const database = new Sqlite(path)
  database.pragma('journal_mode = WAL')
  // Less than this project promises: an acknowledged write may be lost when the machine loses power.
  database.pragma('synchronous = NORMAL')
  database.exec(
    `create table if not exists models (
       kind text not null, id text not null, body text not null, uid text, grant_id text, expires integer, consumed integer,
       primary key (kind, id)) without rowid;
     create index if not exists models_uid on models (kind, uid) where uid is not null;
     create index if not exists models_grant on models (grant_id) where grant_id is not null`,
  )
  const insert = database.prepare('insert or replace into models values (?, ?, ?, ?, ?, ?, null)')
  const find = database.prepare('select body, expires, consumed from models where kind = ? and id = ?')
  const findByUid = database.prepare('select body, expires, consumed from models where kind = ? and uid = ?')
  const consume = database.prepare('update models set consumed = ? where kind = ? and id = ?')
  const remove = database.prepare('delete from models where kind = ? and id = ?')
  const removeGrant = database.prepare('delete from models where grant_id = ?')
  const now = () => Math.floor(Date.now() / 1000)

  type Row = { body: string; expires: number | null; consumed: number | null } | undefined
  function read(row: unknown): AdapterPayload | undefined {
    const found = row as Row
    if (!found || (found.expires !== null && found.expires < now())) return undefined
    const payload: AdapterPayload = JSON.parse(found.body)
    return found.consumed === null ? payload : { ...payload, consumed: found.consumed }
  }

  return class implements Adapter {
    constructor(private readonly kind: string) {}
    async upsert(id: string, payload: AdapterPayload, expiresIn: number | undefined) {
      const { uid = null, grantId = null } = payload
      insert.run(this.kind, id, JSON.stringify(payload), uid, grantId, expiresIn ? now() + expiresIn : null)
    }
    find = async (id: string) => read(find.get(this.kind, id))
    findByUid = async (uid: string) => read(findByUid.get(this.kind, uid))
    // No device signs in here.
    findByUserCode = async () => undefined
    async consume(id: string) {
      consume.run(now(), this.kind, id)
    }
    async destroy(id: string) {
      remove.run(this.kind, id)
    }
    async revokeByGrantId(grantId: string) {
      removeGrant.run(grantId)
    }
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const configuration: Configuration = {
  adapter: file ? sqliteAdapter(file) : undefined,
  clients: [
    {
      client_id: 'app',
      client_secret: 'secret-of-the-app-0123456789-abcdefghijklmnop',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      scope: `${SCOPE} offline_access`,
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['a-key-of-the-cookies-0123456789'] },
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  scopes: ['openid', 'offline_access'],
  rotateRefreshToken: true,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: ({ oidc }) => (oidc.params?.grant_type === 'client_credentials' ? API : []),
      getResourceServerInfo: () => ({
        scope: 'read:things',
        audience: API,
        accessTokenFormat: 'jwt',
        accessTokenTTL: HOUR,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: {
    AccessToken: HOUR,
    AuthorizationCode: 60,
    ClientCredentials: HOUR,
    Grant: TWO_WEEKS,
    IdToken: HOUR,
    Interaction: HOUR,
    RefreshToken: TWO_WEEKS,
    Session: TWO_WEEKS,
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, name: 'User 0', email: 'user0@example.com', email_verified: true }),
  }),
}

const provider = new Provider(issuer, configuration)

async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: PERSON } })
  }
  const grant = new provider.Grant({ accountId: PERSON, clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  const result = { consent: { grantId: await grant.save() } }
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
}

const answer = provider.callback()
createServer((request, response) => {
  if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
  interact(request, response).catch((error) => response.writeHead(500).end(String(error)))
}).listen(Number(port), '127.0.0.1', () => console.log(`ready ${issuer}`))
