import type { Config } from '~/config'
import { systemClock } from '~/platform/clock'
import { createEncryption } from '~/platform/encryption'
import { inspectBackup, restoreSqlite } from '~db/backup'

/** Puts a backup in the place of the database, after a look at whether this program and its key can use it. */
export async function restore(
  { encryptionKeys }: Config,
  { source, path, migrationsFolder }: { source: string; path: string; migrationsFolder: string },
): Promise<void> {
  const encryption = createEncryption(encryptionKeys)
  for (const ciphertext of inspectBackup(source, migrationsFolder, encryption.mark.length))
    await encryption.decrypt(ciphertext)
  const kept = restoreSqlite(source, path, new Date(systemClock.now()))
  const before = kept ? ` What was there before is kept as ${kept}.` : ''
  console.log(`Restored from ${source}.${before} Now run: npm run portal -- check`)
}
