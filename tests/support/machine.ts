import type { FastifyInstance, InjectOptions } from 'fastify'
import { createApplication } from '~/application'
import type { Services } from '~/context'
import type { Pages } from '~/pages-of-build'
import type { Fields } from './context'
import { closeAfterFile } from './services'

/** A client as it authenticates: without a secret by its id alone. */
export type ClientCredentials = { clientId: string; secret?: string }

export type MachineAnswer = {
  status: number
  /** The first value of a header. */
  header(name: string): string | undefined
  text: string
  /** The body, read as JSON. @throws when it is none */
  json: Record<string, unknown>
}

type Options = {
  /** Sent in the Authorization header (`client_secret_basic`), or, of a public client, as `client_id`. */
  client?: ClientCredentials
  bearer?: string
  headers?: Record<string, string>
  ip?: string
}

/** A program that calls the machine endpoints of a real server, without a network. */
export type Machine = {
  app: FastifyInstance
  get(path: string, options?: Options): Promise<MachineAnswer>
  /** `application/x-www-form-urlencoded`. */
  postForm(path: string, fields: Fields, options?: Options): Promise<MachineAnswer>
  /** Any method, with a JSON body where one is given. */
  sendJson(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    options?: Options,
  ): Promise<MachineAnswer>
  /** `POST /oauth/token`. */
  token(fields: Fields, client?: ClientCredentials): Promise<MachineAnswer>
}

/** Answers for Remix, at every address. */
export const inPlaceOfPages = (answer: Pages['answer']) => async (): Promise<Pages> => ({ answer, has: () => true })

/** The HTTP server of the program, for `inject`; closed after the test file. @param answer that of Remix, at every address */
export async function createTestApplication(services: Services, answer?: Pages['answer']): Promise<FastifyInstance> {
  const app = await createApplication(services, { pages: answer && inPlaceOfPages(answer) })
  closeAfterFile(async () => {
    await app.close()
  })
  return app
}

export async function openMachine(services: Services): Promise<Machine> {
  const app = await createTestApplication(services)
  async function call(request: InjectOptions, { bearer, client, headers = {}, ip }: Options = {}) {
    const authorization = bearer ? `Bearer ${bearer}` : client?.secret ? basicAuthorization(client) : undefined
    const response = await app.inject({
      ...request,
      remoteAddress: ip,
      headers: { ...request.headers, ...(authorization ? { authorization } : {}), ...headers },
    })
    return {
      status: response.statusCode,
      header: (name: string) => [response.headers[name.toLowerCase()]].flat()[0]?.toString(),
      text: response.body,
      get json(): Record<string, unknown> {
        return response.json()
      },
    }
  }
  const postForm: Machine['postForm'] = (path, fields, options = {}) => {
    const { client } = options
    const all = client && client.secret === undefined ? { client_id: client.clientId, ...fields } : fields
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return call({ method: 'POST', url: path, headers, payload: encodeFields(all) }, options)
  }
  return {
    app,
    get: (path, options) => call({ method: 'GET', url: path }, options),
    postForm,
    sendJson(method, path, body, options) {
      if (body === undefined) return call({ method, url: path }, options)
      const headers = { 'content-type': 'application/json' }
      return call({ method, url: path, headers, payload: JSON.stringify(body) }, options)
    },
    token: (fields, client) => postForm('/oauth/token', fields, { client }),
  }
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
export function basicAuthorization({ clientId, secret = '' }: ClientCredentials): string {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString('base64')}`
}

export function encodeFields(fields: Fields): string {
  const body = new URLSearchParams()
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) body.append(name, value)
  return body.toString()
}
