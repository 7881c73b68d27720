/**
 * What the work costs at least: plain HTTP, the RSA signatures of the answer, and its durable writes, grouped. No
 * protocol, no checks. The workloads are compared with it in the same run, on the same machine.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import Sqlite from 'better-sqlite3'

const [file = ':memory:'] = process.argv.slice(2)
const database = new Sqlite(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('create table rows (id text primary key, body text, used_at integer)')
const insert = database.prepare('insert into rows values (?, ?, null)')
const select = database.prepare('select * from rows where id = ?')
const update = database.prepare('update rows set used_at = ? where id = ? and used_at is null')
insert.run('known', 'x'.repeat(300))

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const claims = Buffer.from(
  JSON.stringify({
    iss: 'x'.repeat(40),
    sub: 'y'.repeat(30),
    aud: 'z'.repeat(30),
    iat: 1,
    exp: 2,
    jti: 'j'.repeat(40),
    scope: 'a b c',
  }),
).toString('base64url')
const jwt = () => `${claims}.${sign('sha256', Buffer.from(claims), privateKey).toString('base64url')}`
const ready = Buffer.from('x'.repeat(1500))

let waiting: (() => void)[] = []
/** All writes of a turn in one durable commit. */
function commit(done: () => void) {
  if (waiting.length === 0) {
    setImmediate(() => {
      const jobs = waiting
      waiting = []
      database.transaction(() => {
        for (const _ of jobs) {
          const id = randomBytes(16).toString('base64url')
          insert.run(id, claims)
          update.run(1, id)
        }
      })()
      for (const job of jobs) job()
    })
  }
  waiting.push(done)
}

const send = (response: ServerResponse, body: string | Buffer) => {
  response.setHeader('content-type', 'application/json')
  response.end(body)
}

const answers: Record<string, (response: ServerResponse) => void> = {
  '/one-signature-and-commit': (response) => {
    const token = jwt()
    commit(() => send(response, JSON.stringify({ access_token: token })))
  },
  '/commit': (response) => commit(() => send(response, '{}')),
  '/read': (response) => {
    select.get('known')
    send(response, '{"active":true,"sub":"auth0|0123456789","scope":"openid profile email"}')
  },
  '/ready': (response) => send(response, ready),
}

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => answers[request.url ?? '']?.(response))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(`ready http://127.0.0.1:${address.port}`)
})
process.on('SIGTERM', () => process.exit(0))
