/** A server that the workloads run against, whoever wrote it: where its endpoints are, and who is known there. */
import { createHash, randomBytes } from 'node:crypto'
import { type Call, call, form } from './load'
import type { ServerProcess } from './server-process'

export type Client = { clientId: string; secret: string }

/** Somebody who is signed in, has consented to the app, and has used it with `offline_access`. */
export type Person = { cookie: string; accessToken: string; refreshToken: string }

export type Subject = {
  label: string
  server: ServerProcess
  paths: Record<'authorize' | 'token' | 'userinfo' | 'introspect' | 'discovery' | 'keys', string>
  app: Client
  machine: Client
  /** What the machine client asks for beside the grant type. */
  machineParameters: Record<string, string>
  /** Signs one person in for each connection, anew: a peer's memory may have dropped those of before. */
  signIn(): Promise<Person[]>
  /** Starts the process again, on what is stored. */
  restart(): Promise<void>
  close(): Promise<void>
}

export const API = 'https://api.example.com/'
export const CALLBACK = 'https://app.example.com/callback'
export const SCOPE = 'openid profile email'

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

export const basic = ({ clientId, secret }: Client) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
})

export const authorizeCall = ({ app, paths }: Subject, cookie: string, parameters: Record<string, string>): Call => ({
  method: 'GET',
  path: `${paths.authorize}?${new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    state: 'state',
    nonce: 'nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parameters,
  })}`,
  headers: { cookie },
})

export function codeOf(location: string | undefined): string {
  const code = location?.startsWith(CALLBACK) && new URL(location).searchParams.get('code')
  if (!code) throw new Error(`no code came back, but ${location}`)
  return code
}

type Tokens = { access_token: string; refresh_token: string; id_token: string }

/** The answer of the token endpoint to the app. @throws where it is no success with an ID token */
export async function appTokens({ server, paths, app }: Subject, fields: Record<string, string>): Promise<Tokens> {
  const answer = await call(server.origin, form(paths.token, fields, basic(app)))
  if (answer.status !== 200 || !answer.body.includes('"id_token"')) {
    throw new Error(`the token endpoint answered ${answer.status}: ${answer.body}`)
  }
  return JSON.parse(answer.body)
}

export const redeem = (subject: Subject, code: string): Promise<Tokens> =>
  appTokens(subject, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  })

export const machineCall = ({ paths, machine, machineParameters }: Subject): Call =>
  form(paths.token, { grant_type: 'client_credentials', ...machineParameters }, basic(machine))
