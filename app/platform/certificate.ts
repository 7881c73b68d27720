import { webcrypto } from 'node:crypto'
import 'reflect-metadata'
import { X509Certificate, X509CertificateGenerator, X509Certificates } from '@peculiar/x509'
import type { JWK } from 'jose'
import type { AsymmetricAlg } from './jwt'

type Algorithm = Parameters<typeof webcrypto.subtle.importKey>[2]

const ALGORITHMS: Record<AsymmetricAlg, Algorithm & Record<string, unknown>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
}

/** Of a key of ours: who verifies by certificate looks at the key in it. Auth0's last as long. */
const LIFETIME_YEARS = 14

/**
 * A certificate that a key signs for itself, for those who verify tokens with certificates (RFC 7517 §4.7).
 * @returns DER in base64
 */
export async function createSelfSignedCertificate(
  alg: AsymmetricAlg,
  { publicJwk, privateJwk }: { publicJwk: JWK; privateJwk: JWK },
  { host, now }: { host: string; now: number },
): Promise<string> {
  const { subtle } = webcrypto
  const algorithm = ALGORITHMS[alg]
  const read = ({ kty, ...members }: JWK, use: 'sign' | 'verify') => {
    const { alg: _, use: __, key_ops: ___, ...key } = members
    return subtle.importKey('jwk', { kty, ...key }, algorithm, true, [use])
  }
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + LIFETIME_YEARS)
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [host] }],
      notBefore: new Date(now),
      notAfter,
      signingAlgorithm: algorithm as never,
      keys: { publicKey: await read(publicJwk, 'verify'), privateKey: await read(privateJwk, 'sign') } as never,
    },
    webcrypto as never,
  )
  return certificate.toString('base64')
}

/** A certificate in the forms that people ask for; the thumbprint is that of RFC 7515 §4.1.7. */
export async function describeCertificate(base64: string) {
  const certificate = new X509Certificate(base64)
  const sha1 = Buffer.from(await certificate.getThumbprint('SHA-1', webcrypto as never))
    .toString('hex')
    .toUpperCase()
  const pkcs7 = new X509Certificates([certificate]).export('pem').replaceAll(' CMS-----', ' PKCS7-----')
  return {
    cert: `${certificate.toString('pem')}\r\n`.replace(/\r?\n/g, '\r\n'),
    pkcs7: `${pkcs7}\r\n`.replace(/\r?\n/g, '\r\n'),
    fingerprint: sha1.replace(/..(?=.)/g, '$&:'),
    thumbprint: sha1,
  }
}
