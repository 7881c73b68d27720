/** The whole program behind a socket: machine endpoints and pages, as a browser or a stranger's program reaches them. */
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createApplication } from '~/application'
import type { Pages } from '~/pages-of-build'
import { inPlaceOfPages } from '~tests/support/machine'
import { createPages } from '~tests/support/pages'
import { closeAfterFile, createTestServices, type TestServices } from '~tests/support/services'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'

type Sent = { method?: string; headers?: Record<string, string>; body?: string | Buffer }
export type Received = { status: number; headers: Record<string, string | string[] | undefined>; text: string }

export type Server = {
  services: TestServices
  /** @param target as it stands in the request line: nothing of it is repaired. */
  send(target: string, sent?: Sent): Promise<Received>
}

/** @param answer in place of our pages, at every address */
export async function startServer(env: Record<string, string> = {}, answer?: Pages['answer']): Promise<Server> {
  const services = await createTestServices({ env })
  const publicFolder = join(PROJECT_FOLDER, 'public')
  const ours = await createPages()
  const pages = answer ? inPlaceOfPages(answer) : async () => ours
  const app = await createApplication(services, { pages, publicFolder })
  await app.listen({ port: 0, host: '127.0.0.1' })
  closeAfterFile(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return {
    services,
    send: (target, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
        const asked = request({ host: '127.0.0.1', port, path: target, method, headers: { ...length, ...headers } })
        asked.on('error', reject)
        asked.on('response', (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part) => parts.push(part))
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(parts).toString('utf8'),
            }),
          )
        })
        asked.end(body)
      }),
  }
}
