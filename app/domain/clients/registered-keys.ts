import { createPublicKey, X509Certificate } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { asClient } from '~/domain/audit/who'
import { DomainError } from '~/platform/errors'
import { newId } from '~/platform/ids'
import { also, must, type Step } from '~db/database'
import {
  type ClientKey,
  deleteClientKey,
  enableClientKeys,
  insertClientKey,
  listClientKeys,
  updateClientKey,
} from '~db/queries/client-keys'
import type { Client, ClientKeyAlg } from '~db/queries/clients'
import { keysOfClient, roomSteps } from '~db/queries/room'
import { algOf, publicJwk } from './client-keys'

/** A key as its owner hands it in: PEM of a public key or of a certificate. Times are in milliseconds. */
export type NewClientKey = {
  name?: string
  pem: string
  kid?: string
  alg?: ClientKeyAlg
  expiresAt?: number
  /** Takes the end of the certificate as the key's. */
  expiresWithCertificate?: boolean
}

const MAX_KEYS = 20

/**
 * The row of a key that a client hands in, and the step that stores it. What it signs is not taken before it is enabled.
 * @throws DomainError `invalid` at `pem`, `conflict` from the step when the client has a key of that kid
 */
export async function newClientKey(
  { clock }: Pick<AppContext, 'clock'>,
  clientId: string,
  { name, pem, kid, alg, expiresAt, expiresWithCertificate }: NewClientKey,
  enabled = false,
): Promise<{ key: ClientKey; step: Step }> {
  const { jwk, validTo } = readPem(pem)
  const now = clock.now()
  const key: ClientKey = {
    id: newId('cred', 22),
    clientId,
    name: name ?? '',
    kid: kid ?? (await calculateJwkThumbprint(jwk)),
    alg: alg ?? algOf(jwk),
    publicJwk: { ...jwk },
    enabled,
    createdAt: now,
    updatedAt: now,
    lastUsedAt: null,
    expiresAt: expiresAt ?? (expiresWithCertificate ? validTo : undefined) ?? null,
  }
  const taken = () => new DomainError('conflict', 'The client has a key of this kid. Give it another one.')
  return { key, step: must(insertClientKey(key), taken) }
}

function readPem(pem: string): { jwk: JWK; validTo?: number } {
  try {
    const isCertificate = pem.includes('BEGIN CERTIFICATE')
    const certificate = isCertificate ? new X509Certificate(pem) : undefined
    const jwk = publicJwk.parse((certificate?.publicKey ?? createPublicKey(pem)).export({ format: 'jwk' })) as JWK
    if (pem.includes('PRIVATE KEY')) throw new Error('a private key')
    return { jwk, validTo: certificate && Date.parse(certificate.validTo) }
  } catch {
    const message = 'Send the public key, or its certificate, as PEM: RSA of 2048 bits or more, P-256 or Ed25519.'
    throw new DomainError('invalid', message, { field: 'pem' })
  }
}

/** @throws DomainError `invalid` at `pem`, `conflict` */
export async function addClientKey(ctx: AppContext, client: Client, given: NewClientKey): Promise<ClientKey> {
  const { clientId } = client
  const full = () => new DomainError('conflict', `A client has at most ${MAX_KEYS} keys. Delete one first.`)
  const { key, step } = await newClientKey(ctx, clientId, given)
  await ctx.db.atomically([
    ...roomSteps(keysOfClient(clientId), MAX_KEYS, full),
    step,
    also(keyEvent(ctx, 'client.key-added', client, key)),
  ])
  return key
}

/** Gives a key an end, or none. @throws DomainError `not_found` */
export async function changeClientKey(
  ctx: AppContext,
  client: Client,
  key: ClientKey,
  expiresAt: number | null,
): Promise<ClientKey> {
  const change = { expiresAt, updatedAt: ctx.clock.now() }
  await ctx.db.atomically([
    must(updateClientKey(client.clientId, key.id, change), gone),
    also(keyEvent(ctx, 'client.key-changed', client, key)),
  ])
  return { ...key, ...change }
}

/** @throws DomainError `not_found` */
export async function removeClientKey(ctx: AppContext, client: Client, key: ClientKey): Promise<void> {
  await ctx.db.atomically([
    must(deleteClientKey(client.clientId, key.id), gone),
    also(keyEvent(ctx, 'client.key-removed', client, key)),
  ])
}

const gone = () => new DomainError('not_found', 'The credential does not exist.')

/** The step that takes exactly these keys of a client from now on. @throws DomainError `invalid` for one it has not */
export async function enableKeysStep({ db }: Pick<AppContext, 'db'>, clientId: string, ids: string[]): Promise<Step> {
  const known = new Set((await listClientKeys(db, { clientId })).map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined) {
    const message = `The client has no credential ${unknown.slice(0, 100)}.`
    throw new DomainError('invalid', message, { field: 'client_authentication_methods' })
  }
  return also(enableClientKeys(clientId, ids))
}

const keyEvent = (
  ctx: AppContext,
  action: 'client.key-added' | 'client.key-changed' | 'client.key-removed',
  { clientId, name }: Client,
  { id, kid }: ClientKey,
) => auditEvent(ctx, action, asClient({ clientId, name }), { clientId, details: { id, kid } })
