import { resolve } from 'node:path'
import type { Config } from '~/config'
import { explain } from '~/explain'
import { copyRows, differingTables, requireSameTenantOrNone } from '~db/copy'
import { type Database, OperatorError } from '~db/database'
import { requireUnused } from '~db/in-use'
import { requireNotNewer } from '~db/migrate'
import { openDatabase } from '~db/open-database'

/** One reads or writes at a time. */
const CONNECTIONS = { connections: 1 }

/** Puts everything of the configured database into another one, of the same kind or the other. */
export async function copy(
  { databaseUrl }: Config,
  { to, migrationsFolder }: { to: string; migrationsFolder: string },
): Promise<void> {
  if (!/^(file:.|postgres(ql)?:\/\/)/.test(to)) throw new OperatorError('--to: has to be file:PATH or postgres://…')
  if (isSame(databaseUrl, to)) throw new OperatorError('--to: is the database of DATABASE_URL; name another one.')
  await requireUnused(databaseUrl)
  const source = openDatabase(databaseUrl, migrationsFolder, CONNECTIONS)
  try {
    await requireUsable(source, 'DATABASE_URL')
    const target = await ofTarget(async () => {
      await requireUnused(to)
      return openDatabase(to, migrationsFolder, CONNECTIONS)
    })
    try {
      await ofTarget(() => requireUsable(target, '--to'))
      await copyAll(source, target)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
  const name = to.startsWith('file:') ? to : 'the target'
  const key = to.startsWith('file:')
    ? 'the keys of before in ENCRYPTION_KEYS, or in the file encryption-key beside it'
    : 'the keys of before in ENCRYPTION_KEYS (those of the file encryption-key, if there is one)'
  console.log(`Now set DATABASE_URL to ${name} and keep ${key}; run npm run portal -- check, then start the program.`)
}

async function copyAll(source: Database, target: Database): Promise<void> {
  await requireSameTenantOrNone(source, target)
  let [tables, all] = [0, 0]
  for await (const { table, rows, added } of copyRows(source, target)) {
    const there = added < rows ? `, ${rows - added} were there` : ''
    console.log(`${table.padEnd(24)} ${rows} rows${there}`)
    tables += 1
    all += rows
  }
  const differing = await differingTables(source, target)
  if (differing.length > 0)
    throw new OperatorError(
      `The copy is not the same in ${differing.join(', ')}: one of the two was changed meanwhile. Empty the target, and copy again.`,
    )
  console.log(`Copied: ${all} rows of ${tables} tables; their number and digests are the same on both sides.`)
}

async function requireUsable(db: Database, variable: string): Promise<void> {
  const schema = await db.schema()
  if (schema === 'older')
    throw new OperatorError(
      `${variable}: the database is not migrated; set DATABASE_URL to it and run npm run db:migrate`,
    )
  requireNotNewer(schema)
}

const isSame = (one: string, other: string): boolean => {
  const plain = (url: string) => (url.startsWith('file:') ? resolve(url.slice('file:'.length)) : url)
  return plain(one) === plain(other)
}

/** The sentences for a database name the variable of the source. */
const ofTarget = <Value>(deed: () => Promise<Value>): Promise<Value> =>
  deed().catch((error) => {
    throw new OperatorError(explain(error).replaceAll(/^DATABASE_URL/g, '--to'))
  })
