/** The set-up of the vitest project `sqlite`. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { scratchFolder } from './scratch-folder'
import { createTenantTemplate } from './tenant-template'

export default async function setUpSqlite(project: TestProject) {
  const folder = scratchFolder('template')
  const tenantFile = join(folder, 'tenant.db')
  await createTenantTemplate(`file:${tenantFile}`)
  project.provide('testDatabase', { dialect: 'sqlite', tenantFile })
  return () => rmSync(folder, { recursive: true })
}
