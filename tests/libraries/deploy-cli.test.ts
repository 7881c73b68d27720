/** auth0-deploy-cli, unmodified: it exports a tenant in which there are apps of partners, and imports it again. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import type { TestClient } from '~tests/support/fixtures'
import { type Prepared, startTenant } from './tenant'

let tenant: Prepared<{ manager: TestClient }>
const folder = mkdtempSync(join(tmpdir(), 'portal-deploy-'))

beforeAll(async () => {
  tenant = await startTenant(async ({ manager, firstParty, thirdParty, portalApps }) => {
    await portalApps()
    await firstParty({ name: 'Shop' })
    await thirdParty({ name: 'Partner of the shop' })
    return { manager: await manager() }
  })
})

afterAll(() => expect(tenant.problems()).toBe(''))

/** What the command line says, when it has done it. @throws what it says when it fails */
function deploy(...given: string[]): Promise<string> {
  const { clientId, secret } = tenant.made.manager
  const env = {
    ...process.env,
    AUTH0_DOMAIN: new URL(tenant.issuer).host,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: secret,
    AUTH0_AUDIENCE: managementApiIdentifier(tenant.issuer),
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

/** What an export holds: its files by their paths, each as its lines in whatever order. */
type Exported = Map<string, string[]>

async function exportTenant(name: string): Promise<Exported> {
  const output = join(folder, name)
  await deploy('export', '--format=directory', `--output_folder=${output}`)
  const files = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(output.length + 1), readFileSync(path, 'utf8').split('\n')]
    }),
  )
}

// A folder rather than one file: before an import of a file the tool compiles its eight megabytes of schemas twice.
describe('the deploy tool, with the settings that it has by itself', { timeout: 300_000 }, () => {
  it('imports what it has exported, and makes, changes and deletes nothing but what the files say', async () => {
    const before = await exportTenant('before')
    const clients = [...before.keys()].filter((path) => path.startsWith('clients/'))
    for (const name of ['Shop', 'Partner of the shop', 'App of a partner'])
      expect(clients).toContain(`clients/${name}.json`)
    expect([...before.keys()]).toContain('resource-servers/Example API.json')
    expect([...before.keys()]).toContain('database-connections/Username-Password-Authentication/database.json')
    expect(JSON.stringify([...before])).not.toContain('tenant-members')

    const wanted: Exported = new Map(
      [...before].map(([path, lines]) => [
        path.replace('/Shop.', '/Shop of shops.'),
        lines.map((line) => line.replace('"Shop"', '"Shop of shops"')),
      ]),
    )
    for (const [path, lines] of wanted) {
      const file = join(folder, 'wanted', path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, lines.join('\n'))
    }
    const said = await deploy('import', `--input_file=${join(folder, 'wanted')}`)
    expect(said.match(/(Created|Deleted) \[?\w+\]?: .*/g)?.map((line) => JSON.stringify(line))).toEqual([
      expect.stringMatching(/Deleted .*Shop/),
      expect.stringMatching(/Created .*Shop of shops/),
    ])
    expect(sorted(await exportTenant('after'))).toEqual(sorted(wanted))
  })
})

const sorted = (exported: Exported): [string, string[]][] =>
  [...exported].map(([path, lines]): [string, string[]] => [path, lines.toSorted()]).sort()
