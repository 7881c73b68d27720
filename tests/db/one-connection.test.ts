import { expect, it } from 'vitest'
import { withConnection } from '~db/one-connection'
import { isOutage } from '~db/outage'
import { createTestServices } from '~tests/support/services'

it('a connection that is lost between two statements of a migration is an outage, and does not end the process', async () => {
  const { db, config } = await createTestServices()
  // A file has no connections.
  if (db.dialect === 'sqlite') return
  const migrating = withConnection(config.databaseUrl, async (client) => {
    const { rows } = await client.query('select pg_backend_pid() as pid')
    const ended = new Promise((resolve) => client.once('end', resolve))
    await withConnection(config.databaseUrl, (other) => other.query('select pg_terminate_backend($1)', [rows[0].pid]))
    await ended
    await client.query('select 1')
  })
  expect(isOutage(await migrating.catch((error) => error))).toBe(true)
})
