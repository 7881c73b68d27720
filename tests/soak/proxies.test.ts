/** The examples of README for nginx and Caddy, as they stand there but for host, port and certificate. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findFreePort } from '~tests/support/free-port'
import { runPortal } from '~tests/support/portal-command'
import { startProgram } from '~tests/support/process'
import { PROJECT_FOLDER } from '~tests/support/tenant-template'
import { OWNER } from '~tests/support/test-environment'

const README = readFileSync(join(PROJECT_FOLDER, 'README.md'), 'utf8')
const exampleOf = (language: string) =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(README)?.[1] ?? `README has no example in ${language}`

type Place = { folder: string; port: number; backend: number }

/** What each proxy is started with, in the foreground. */
const PROXIES: Record<string, (place: Place) => string[]> = {
  nginx({ folder, port, backend }) {
    const server = exampleOf('nginx')
      .replace('127.0.0.1:3000', `127.0.0.1:${backend}`)
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replaceAll('portal.example.com', 'localhost')
      .replaceAll('/etc/ssl/portal', join(folder, 'portal'))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    )
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/pid; error_log ${folder}/log; events {}
       http { access_log off; ${temporary.join(' ')}\n${server} }`,
    )
    return ['nginx', '-c', join(folder, 'nginx.conf')]
  },
  caddy({ folder, port, backend }) {
    const site = exampleOf('caddyfile')
      .replace('127.0.0.1:3000', `127.0.0.1:${backend}`)
      .replace('portal.example.com {', `https://localhost:${port} {\n tls ${folder}/portal.pem ${folder}/portal.key\n`)
    writeFileSync(join(folder, 'Caddyfile'), `{\n admin off\n auto_https disable_redirects\n}\n${site}`)
    return ['caddy', 'run', '--config', join(folder, 'Caddyfile')]
  },
}

const isInstalled = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0

it.each(Object.keys(PROXIES))('%s', async (name) => {
  if (!isInstalled(name)) return console.log(`skipped: ${name} is not installed`)
  const folder = mkdtempSync(join(tmpdir(), 'portal-proxy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', join(folder, 'portal.key'), '-out', join(folder, 'portal.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  })
  const [port, backend] = [await findFreePort(), await findFreePort()]
  const ISSUER = `https://localhost:${port}/`
  const env = { ISSUER, PORT: String(backend), TRUST_PROXY: '127.0.0.1', SMTP_URL: 'smtp://127.0.0.1:9' }
  const program = await startProgram({ env })
  const [file = '', ...words] = PROXIES[name]?.({ folder, port, backend }) ?? []
  const proxy = spawn(file, words, { stdio: 'ignore' })
  onTestFinished(() => void proxy.kill('SIGTERM'))

  /** As curl of the operator asks: through the proxy, with its certificate. */
  const curl = (path: string, ...more: string[]) => {
    const jar = join(folder, 'jar')
    const given = [
      '-si',
      '--cacert',
      join(folder, 'portal.pem'),
      '-b',
      jar,
      '-c',
      jar,
      ...more,
      new URL(path, ISSUER).href,
    ]
    return execFileSync('curl', given, { encoding: 'utf8' })
  }
  await expect.poll(() => spawnSync('curl', ['-sk', `${ISSUER}healthz`]).status, { timeout: 10_000 }).toBe(0)
  const page = curl('/admin/sign-in')
  expect(page).toMatch(/strict-transport-security/i)
  const [, token = ''] = /name="form_token"[^>]*value="([^"]+)"/.exec(page) ?? []
  const form = [`form_token=${token}`, `username=${OWNER.email}`, `password=${OWNER.password}`]
  const signedIn = curl(
    '/admin/sign-in',
    '-H',
    `origin: ${new URL(ISSUER).origin}`,
    ...form.flatMap((pair) => ['--data-urlencode', pair]),
  )
  expect(signedIn).toMatch(/^HTTP\/2 302.*^location: \/admin/ims)
  expect(curl('/metrics')).toMatch(/^HTTP\/2 404/)
  const large = join(folder, 'large')
  writeFileSync(large, Buffer.alloc(3_000_000))
  expect(curl('/oauth/token', '--data-binary', `@${large}`)).toMatch(/HTTP\/2 413/)
  const answer = curl('/oauth/token', '-d', 'grant_type=client_credentials&client_id=x&client_secret=y')
  const [, id = 'none'] = /^x-request-id: (\S+)/im.exec(answer) ?? []
  await expect.poll(() => program.stderr()).toContain(`"requestId":"${id}"`)
  expect(program.stderr()).not.toMatch(/"level":(40|50)/)
  const checked = runPortal({ ...env, DATABASE_URL: `file:${join(program.folder, 'data/portal.db')}` }, 'check')
  expect(checked.stdout).not.toMatch(/^warning/m)
})
