import { Client, DatabaseError } from 'pg'
import { CONNECTION_WITHIN, DatabaseUnavailable, fromPostgres } from './outage'

/** Runs with a connection to PostgreSQL of its own. @throws DatabaseUnavailable where it is lost meanwhile */
export async function withConnection<Value>(url: string, run: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECTION_WITHIN })
  let loss: Error | undefined
  // Whoever waits for an answer is told too; without a listener the event would end the process.
  client.on('error', (error) => {
    loss = error
  })
  await client.connect()
  try {
    return await run(client)
  } catch (error) {
    if (loss) throw new DatabaseUnavailable('The connection to the database was lost.', { cause: error })
    throw error instanceof DatabaseError ? fromPostgres(error) : error
  } finally {
    await client.end()
  }
}
