import { constants, createHash, createHmac, createSecretKey, type KeyObject, sign } from 'node:crypto'
import {
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { readJson } from './json'

export type AsymmetricAlg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
export type SigningKey = { kid: string; alg: AsymmetricAlg; privateKey: KeyObject }

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Signs a JWT. Synchronous on purpose: asynchronous signing waits behind password hashes in libuv's pool, and a
 * signature takes a quarter of a millisecond. jose reads what this writes.
 */
export function signJwt(key: SigningKey, typ: string, payload: JWTPayload): string {
  const input = `${encode({ alg: key.alg, typ, kid: key.kid })}.${encode(payload)}`
  return `${input}.${signatureOf(key, Buffer.from(input)).toString('base64url')}`
}

function signatureOf({ alg, privateKey }: SigningKey, data: Buffer): Buffer {
  switch (alg) {
    case 'RS256':
      return sign('sha256', data, privateKey)
    case 'PS256':
      return sign('sha256', data, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    case 'ES256':
      return sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA':
      return sign(null, data, privateKey)
  }
}

/** Signs a JWT with a shared secret: ID tokens of confidential clients that chose HS256 (OpenID Connect Core §10.1). */
export function signJwtWithSecret(secret: string, typ: string, payload: JWTPayload): string {
  const input = `${encode({ alg: 'HS256', typ })}.${encode(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export type PublicKey = { kid: string; alg: AsymmetricAlg; publicKey: KeyObject }

/** What a token has to say, and when it is looked at. */
export type ExpectedJwt = {
  /** Any of several will do. */
  issuer: string | string[]
  typ: string
  audience?: string
  now: number
  /** Takes a token that has expired: where it says who somebody was, and proves nothing. */
  mayHaveExpired?: boolean
}

/**
 * Verifies a JWT of ours and returns its payload, or `undefined` for whatever is wrong with it. The key is chosen among
 * `keys` by `kid`, and its own `alg` is the only one that is accepted: what the token says of keys is not believed.
 */
export async function verifyJwt(
  token: string,
  keys: PublicKey[],
  expected: ExpectedJwt,
): Promise<JWTPayload | undefined> {
  const key = keys.find(({ kid }) => kid === readHeader(token)?.kid)
  return key && verifyWith(token, key.publicKey, key.alg, expected)
}

/** Verifies a JWT that is keyed by one of a client's secrets. */
export async function verifyJwtWithSecret(
  token: string,
  secrets: string[],
  expected: ExpectedJwt,
): Promise<JWTPayload | undefined> {
  for (const secret of secrets) {
    const payload = await verifyWith(token, createSecretKey(secret, 'utf8'), 'HS256', expected)
    if (payload) return payload
  }
  return undefined
}

async function verifyWith(
  token: string,
  key: KeyObject,
  alg: string,
  expected: ExpectedJwt,
): Promise<JWTPayload | undefined> {
  if (String(readHeader(token)?.typ).toLowerCase() !== expected.typ.toLowerCase()) return undefined
  try {
    return await verifySignedJwt(token, key, {
      algorithms: [alg],
      issuer: expected.issuer,
      audience: expected.audience,
      currentDate: new Date(expected.now),
      clockTolerance: expected.mayHaveExpired ? Number.MAX_SAFE_INTEGER : 0,
      requiredClaims: ['exp', 'iat'],
    })
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** The header of a JWT, as it claims to be. */
export function readHeader(token: string): { kid?: unknown; typ?: unknown; alg?: unknown; jwk?: unknown } | undefined {
  return readPart(token, 0)
}

/** The payload of a JWT that nothing has been verified of. */
export function readUnverified(token: string): JWTPayload | undefined {
  return readPart(token, 1)
}

/** @param index 0 for the header, 1 for the payload; `undefined` for what is no object of bounded JSON */
function readPart(token: string, index: 0 | 1): Record<string, unknown> | undefined {
  const parts = token.split('.', 4)
  if (parts.length !== 3) return undefined
  try {
    const part = readJson(Buffer.from(parts[index] ?? '', 'base64url'))
    return typeof part === 'object' && part !== null && !Array.isArray(part) ? { ...part } : undefined
  } catch {
    return undefined
  }
}

/**
 * The library's `jwtVerify`, for a token whose JSON is bounded: the library reads it at any depth.
 * @throws errors.JOSEError for whatever is wrong with the token
 */
export async function verifySignedJwt(
  token: string,
  key: CryptoKey | KeyObject | Uint8Array,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  if (!readHeader(token) || !readUnverified(token))
    throw new errors.JWTInvalid(
      'it is no JWT of three parts whose header and payload are JSON objects of bearable size',
    )
  return (await jwtVerify(token, key, options)).payload
}

/** Makes a key pair. RSA keys have 2048 bits. `kid` is the RFC 7638 thumbprint of the public key. */
export async function generateSigningKey(
  alg: AsymmetricAlg,
): Promise<{ kid: string; publicJwk: JWK; privateJwk: JWK }> {
  const options = alg === 'EdDSA' ? { crv: 'Ed25519', extractable: true } : { modulusLength: 2048, extractable: true }
  const { publicKey, privateKey } = await generateKeyPair(alg, options)
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  return { kid, publicJwk: { ...publicJwk, kid, alg, use: 'sig' }, privateJwk: await exportJWK(privateKey) }
}

/** The left half of the hash of a token or code: `at_hash`, `c_hash` (OpenID Connect Core §3.1.3.6, §3.3.2.11). */
export const leftHalfHash = (value: string): string =>
  createHash('sha256').update(value, 'ascii').digest().subarray(0, 16).toString('base64url')
