/** oidc-agent (Debian's package of that name): tokens for a command line, as public clients of somebody else. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Prepared, startTenant } from '~tests/libraries/tenant'
import { openUserAgent } from '~tests/libraries/user-agent'
import type { TestClient } from '~tests/support/fixtures'
import { findFreePort } from '~tests/support/free-port'
import { closeAfterFile } from '~tests/support/services'

const isThere = existsSync('/usr/bin/oidc-agent')
if (!isThere) console.log('Skipped: the package oidc-agent is not installed.')

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const WAIT = 20_000

let tenant: Prepared<{ device: TestClient; terminal: TestClient }>
let redirectUri: string
let home: string

beforeAll(async () => {
  if (!isThere) return
  redirectUri = `http://localhost:${await findFreePort()}`
  tenant = await startTenant(async ({ thirdParty }) => ({
    device: await thirdParty({ name: 'Television', appType: 'native', grantTypes: [DEVICE, 'refresh_token'] }),
    terminal: await thirdParty({
      name: 'Terminal',
      appType: 'native',
      callbacks: [redirectUri],
      grantTypes: ['authorization_code', 'refresh_token'],
    }),
  }))
  home = mkdtempSync(join(tmpdir(), 'portal-agent-'))
  const agent = run('oidc-agent', '--console', '--no-autoload', `--socket-path=${join(home, 'socket')}`)
  closeAfterFile(async () => {
    agent.child.kill('SIGTERM')
    await agent.ended.catch(() => {})
    rmSync(home, { recursive: true, force: true })
  })
  await agent.says(/OIDC_SOCK=/)
})

type Run = {
  child: ChildProcess
  /** Waits for a part of what it prints. */
  says(what: RegExp): Promise<string>
  /** All that it has printed. @throws what it says when it fails */
  ended: Promise<string>
}

/** A command of the package, which prints line by line. */
function run(command: string, ...given: string[]): Run {
  const env = { ...process.env, HOME: home, OIDC_SOCK: join(home, 'socket'), OIDC_ENCRYPTION_PW: 'of this test' }
  const child = spawn('stdbuf', ['-oL', command, ...given], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data))
  const ended = new Promise<string>((resolve, reject) =>
    child.on('exit', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`${command} ended with ${code}: ${said}`)),
    ),
  )
  ended.catch(() => {})
  return {
    child,
    ended,
    async says(what) {
      for (let waited = 0; waited < WAIT; waited += 50) {
        const [found] = what.exec(said) ?? []
        if (found !== undefined) return found
        await sleep(50)
      }
      throw new Error(`${command} does not say ${what}: ${said}`)
    },
  }
}

describe.skipIf(!isThere)('oidc-agent', () => {
  afterAll(() => expect(tenant.problems()).toBe(''))

  const generate = (name: string, { clientId }: TestClient, ...given: string[]): Run =>
    run(
      'oidc-gen',
      ...[name, `--issuer=${tenant.issuer}`, `--client-id=${clientId}`, '--client-secret='],
      ...['--scope=openid offline_access', `--cert-path=${process.env.TLS_CERT_FILE}`],
      ...['--prompt=none', '--pw-env', '--no-url-call', ...given],
    )

  /** What it got is good, and so is what it gets for its refresh token. */
  async function expectTokens(name: string): Promise<void> {
    const tokens = await run('oidc-token', name).ended
    const refreshed = await run('oidc-token', '--force-new', name).ended
    expect(refreshed).not.toBe(tokens)
    for (const token of [tokens, refreshed]) {
      const answer = await fetch(`${tenant.issuer}userinfo`, { headers: { authorization: `Bearer ${token.trim()}` } })
      expect(await answer.json()).toEqual({ sub: expect.stringMatching(/^auth0\|/) })
    }
  }

  it('gets tokens when a person has typed its code in a browser', async () => {
    const generating = generate('television', tenant.made.device, '--flow=device')
    const code = (await generating.says(/enter the code: \S+/)).split(' ').at(-1)
    await openUserAgent(tenant.email).visit(`${tenant.issuer}activate?user_code=${code}`)
    await generating.ended
    await expectTokens('television')
  })

  it('gets tokens by a redirect to itself on this machine', async () => {
    const generating = generate('terminal', tenant.made.terminal, '--flow=code', `--redirect-uri=${redirectUri}`)
    const url = await generating.says(/https:\S+\/authorize\?\S+/)
    const end = await openUserAgent(tenant.email).visit(url)
    expect(end.url.origin).toBe(redirectUri)
    await generating.ended
    await expectTokens('terminal')
  })
})
