/** auth0-deploy-cli, unmodified: it exports a tenant and imports it again. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import type { TestClient } from '~tests/support/fixtures'
import { type Prepared, startTenant } from './tenant'

const INCLUDED = [
  'tenant',
  'clients',
  'clientGrants',
  'resourceServers',
  'connections',
  'databases',
  'logStreams',
  'attackProtection',
  'branding',
  'prompts',
  'emailTemplates',
]

let tenant: Prepared<{ manager: TestClient }>
const folder = mkdtempSync(join(tmpdir(), 'portal-deploy-'))
const file = join(folder, 'tenant.yaml')

beforeAll(async () => {
  tenant = await startTenant(async ({ manager, firstParty, thirdParty }) => {
    await firstParty({ name: 'Shop' })
    await thirdParty({ name: 'Partner of the shop' })
    return { manager: await manager() }
  })
})

afterAll(() => expect(tenant.program.stderr()).toBe(''))

/** What the command line says, when it has done it. @throws what it says when it fails */
function deploy(...given: string[]): Promise<string> {
  const { clientId, secret } = tenant.made.manager
  const env = {
    ...process.env,
    AUTH0_DOMAIN: new URL(tenant.issuer).host,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: secret,
    AUTH0_AUDIENCE: managementApiIdentifier(tenant.issuer),
    AUTH0_INCLUDED_ONLY: JSON.stringify(INCLUDED),
    AUTH0_ALLOW_DELETE: 'true',
  }
  const cli = join(import.meta.dirname, '../../node_modules/auth0-deploy-cli/lib/index.js')
  const child = spawn(process.execPath, [cli, ...given], { cwd: folder, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data))
  return new Promise((resolve, reject) =>
    child.on('exit', (code) => (code === 0 ? resolve(said) : reject(new Error(said)))),
  )
}

// Before it does anything, the tool compiles its schemas, for ten seconds and more.
describe('the deploy tool', { timeout: 180_000 }, () => {
  it('exports the tenant', async () => {
    await deploy('export', '--format=yaml', `--output_folder=${folder}`)
    const exported = readFileSync(file, 'utf8')
    for (const name of ['Shop', 'Partner of the shop', 'Example API', 'Username-Password-Authentication'])
      expect(exported).toContain(name)
    expect(exported).not.toContain('tenant-members')
  })

  it('imports what it has exported, and changes nothing by it', async () => {
    const said = await deploy('import', `--input_file=${file}`)
    expect(said).not.toMatch(/(Created|Deleted) \[?\w/)
    const again = join(folder, 'again')
    await deploy('export', '--format=yaml', `--output_folder=${again}`)
    expect(readFileSync(join(again, 'tenant.yaml'), 'utf8')).toBe(readFileSync(file, 'utf8'))
  })

  it('makes, changes and deletes what the file says', async () => {
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, before.replace(/(name: |- )Shop$/gm, '$1Shop of shops'))
    await deploy('import', `--input_file=${file}`)
    const after = join(folder, 'after')
    await deploy('export', '--format=yaml', `--output_folder=${after}`)
    const exported = readFileSync(join(after, 'tenant.yaml'), 'utf8')
    expect(exported).toContain('name: Shop of shops')
    expect(exported).not.toContain('name: Shop\n')
  })
})
