/** Apache httpd of Debian, with modules that others wrote, as one who is not root can run it. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeAfterFile } from '~tests/support/services'
import { isRoot } from '~tests/support/user'

const HTTPD = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'
const START_TIMEOUT = 10_000

export const hasApacheModule = (name: string): boolean =>
  existsSync(HTTPD) && existsSync(join(MODULES, `mod_${name}.so`))

export type Apache = {
  /** The certificates that it trusts, where its workers can read them. */
  ca: string
  /** Starts it with TLS on a port, and with the directives of a test. */
  start(port: number, directives: string): Promise<void>
}

/**
 * A folder for one, which is deleted after the test file.
 * @param pages names of files that it serves, each of which holds its name
 */
export function prepareApache(modules: string[], pages: string[]): Apache {
  const folder = mkdtempSync(join(tmpdir(), 'portal-apache-'))
  // As root its workers are another user, who has to enter.
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'pages'))
  const { TLS_CERT_FILE = '', TLS_KEY_FILE = '' } = process.env
  const ca = join(folder, 'ca.pem')
  copyFileSync(TLS_CERT_FILE, ca)
  for (const page of pages) writeFileSync(join(folder, 'pages', page), page)
  const loaded = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'ssl', ...modules]
  const log = join(folder, 'error.log')
  const readLog = () => (existsSync(log) ? readFileSync(log, 'utf8') : '')
  let child: ChildProcess | undefined

  closeAfterFile(async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    ca,
    async start(port, directives) {
      const config = join(folder, 'httpd.conf')
      writeFileSync(
        config,
        `
        ServerRoot "${folder}"
        ServerName localhost
        DefaultRuntimeDir "${folder}"
        PidFile "${folder}/pid"
        ErrorLog "${log}"
        Mutex file:${folder} default
        ${loaded.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
        ${isRoot() ? 'User www-data\nGroup www-data' : ''}
        ServerLimit 1
        ThreadsPerChild 8
        MaxRequestWorkers 8
        Listen 127.0.0.1:${port}
        SSLEngine on
        SSLCertificateFile "${TLS_CERT_FILE}"
        SSLCertificateKeyFile "${TLS_KEY_FILE}"
        DocumentRoot "${folder}/pages"
        DirectoryIndex index.html
        <Directory "${folder}/pages">
          Require all granted
        </Directory>
        ${directives}
        `,
      )
      child = spawn(HTTPD, ['-f', config, '-DFOREGROUND'], { stdio: ['ignore', 'ignore', 'pipe'] })
      let said = ''
      child.stderr?.on('data', (data) => (said += data))
      for (let waited = 0; waited < START_TIMEOUT; waited += 50) {
        if (child.exitCode !== null) break
        if (existsSync(join(folder, 'pid'))) return
        await sleep(50)
      }
      throw new Error(`Apache did not start: ${said}${readLog()}`)
    },
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
