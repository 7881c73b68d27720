/** The set-up of the vitest project `sqlite`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createTenantTemplate } from './tenant-template'

export default async function setUpSqlite(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'portal-template-'))
  const tenantFile = join(folder, 'tenant.db')
  await createTenantTemplate(`file:${tenantFile}`)
  project.provide('testDatabase', { dialect: 'sqlite', tenantFile })
  return () => rmSync(folder, { recursive: true })
}
