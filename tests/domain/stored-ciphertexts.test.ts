/** What is stored encrypted is encrypted again under a new key, whatever table it is in, or given up where its key is lost. */
import { sql as raw } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { RESETS, resetUnreadable } from '~/domain/keys/reset-unreadable'
import { encryptAgain, inspectCiphertexts, requireReadable } from '~/domain/keys/stored-ciphertexts'
import { createEncryption, type Encryption } from '~/platform/encryption'
import { backgroundContext } from '~/services'
import { listCiphertextColumns } from '~db/queries/ciphertexts'
import { fillEveryTable, openRaw, ROWS } from '~tests/support/rows-of-every-table'
import { createTestServices, type TestServices } from '~tests/support/services'

const key = (byte: number) => new Uint8Array(32).fill(byte)
/** The key that tests have, and one that takes over. */
const [OLD, NEW] = [key(7), key(8)]

let services: TestServices

/** The tenant of a test, and some rows more in each table, each with a text that can be read. */
beforeEach(async () => {
  services = await createTestServices()
  const database = await openRaw(services.config.databaseUrl)
  const { encryption } = services
  await fillEveryTable(database, (column) => {
    if (column === 'alg') return 'RS256'
    return column.startsWith('encrypted') ? encryption.encrypt(column) : undefined
  })
  await database.close()
})

const contextWith = (encryption: Encryption) => backgroundContext({ ...services, encryption })

it('there is an advice for each encrypted column, and none for others', () => {
  const columns = listCiphertextColumns(services.db.handle).map(({ name }) => name)
  expect(columns.length).toBeGreaterThan(5)
  expect(Object.keys(RESETS).sort()).toEqual(columns.sort())
})

it('every text is encrypted again, and the key before is needed no more', async () => {
  const columns = listCiphertextColumns(services.db.handle)
  const all = (await inspectCiphertexts(services)).reduce((sum, { rows }) => sum + rows, 0)
  expect(all).toBeGreaterThanOrEqual(columns.length * ROWS)
  expect(await encryptAgain(contextWith(createEncryption([NEW, OLD])))).toBe(all)
  const alone = createEncryption([NEW])
  const found = await inspectCiphertexts({ ...services, encryption: alone })
  expect(found.map(({ column }) => column.name).sort()).toEqual(columns.map(({ name }) => name).sort())
  expect(found.every(({ isFirst, problem }) => isFirst && problem === undefined)).toBe(true)
  expect(await encryptAgain(contextWith(alone)), 'once more there is nothing to do').toBe(0)
})

it('one that was stopped continues where it was', async () => {
  const both = createEncryption([NEW, OLD])
  const stopping: Encryption = {
    ...both,
    decrypt: async (text) => {
      if (left === 0) throw new Error('the machine went down')
      left -= 1
      return both.decrypt(text)
    },
  }
  // Each column is opened once, before anything is changed.
  let left = listCiphertextColumns(services.db.handle).length * 2
  await expect(encryptAgain(contextWith(stopping))).rejects.toThrow('went down')
  expect(await encryptAgain(contextWith(both))).toBeGreaterThan(0)
  await requireReadable({ ...services, encryption: createEncryption([NEW]) })
})

it('what somebody changes meanwhile stays', async () => {
  const { sql, t } = services.db.handle
  const both = createEncryption([NEW, OLD])
  const changed = await both.encrypt('changed meanwhile')
  let opened = 0
  const racing: Encryption = {
    ...both,
    async decrypt(text) {
      const plain = await both.decrypt(text)
      if (plain === 'encrypted_mail') opened += 1
      // The first time it was only looked at.
      if (opened === 2) await sql.update(t.mails).set({ encryptedMail: changed })
      return plain
    },
  }
  await encryptAgain(contextWith(racing))
  const mails = await sql.select().from(t.mails)
  expect(mails.map(({ encryptedMail }) => encryptedMail)).toEqual(Array(ROWS).fill(changed))
})

it('without a key that something needs, nothing is changed and nothing is called well', async () => {
  const without = contextWith(createEncryption([NEW]))
  await expect(requireReadable(without)).rejects.toThrow(/clientSecrets\.encryptedSecret: \d+ of the key /)
  await expect(encryptAgain(without)).rejects.toThrow(/cannot be read/)
  await requireReadable(services)
})

it('a text that was changed is not called well', async () => {
  const { sql, t } = services.db.handle
  await sql.update(t.mails).set({ encryptedMail: raw`${t.mails.encryptedMail} || 'x'` })
  await expect(requireReadable(services)).rejects.toThrow(/mails\.encryptedMail/)
})

it('after a key was lost, what it had encrypted is removed and nothing else, and tokens are signed anew', async () => {
  const { sql, t } = services.db.handle
  const users = await sql.select().from(t.users)
  const before = await sql.select().from(t.signingKeys)
  const ctx = contextWith(createEncryption([NEW]))
  const removed = await resetUnreadable(ctx)
  expect(removed.map(({ advice }) => advice)).toHaveLength(listCiphertextColumns(services.db.handle).length)
  await requireReadable(ctx)
  expect(await sql.select().from(t.users)).toEqual(users)
  const keys = await sql.select().from(t.signingKeys)
  expect(keys).toHaveLength(2)
  expect(keys.some(({ kid }) => before.some((known) => known.kid === kid))).toBe(false)
  expect(await resetUnreadable(ctx), 'once more there is nothing to do').toEqual([])
})
