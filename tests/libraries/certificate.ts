/** A certificate for localhost, which this run of the tests makes and trusts. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** Before the workers start: a process reads `NODE_EXTRA_CA_CERTS` once, when it begins. */
export default async function setup(): Promise<void> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
  const folder = mkdtempSync(join(tmpdir(), 'portal-tls-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  process.env.NODE_EXTRA_CA_CERTS = certFile
  process.env.TLS_CERT_FILE = certFile
  process.env.TLS_KEY_FILE = keyFile
}
