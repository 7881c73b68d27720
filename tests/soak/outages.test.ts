/** How long the program takes to be well again after each outage of its database: `npm run test:soak` prints the table. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import {
  api,
  beginRefreshing,
  keepAsking,
  OUTAGES,
  requestToken,
  startOnPostgres,
  timeUntilWell,
} from '~tests/support/outages'

const ROUNDS = 5
const PEOPLE = 3
const WELL_WITHIN = 1_000

it('it serves, and says that it is ready, within a second, and nobody is signed out', {
  timeout: 600_000,
}, async () => {
  const { program, server } = await startOnPostgres([])
  const token = ((await (await requestToken(program)).json()) as { access_token: string }).access_token
  const people = [...Array(PEOPLE).keys()]
  const refreshing = await Promise.all(people.map((number) => beginRefreshing(program, token, number)))
  const table: Record<string, string | number>[] = []
  for (const { name, begin, end } of OUTAGES) {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const use = keepAsking(program, token, refreshing)
      await sleep(500)
      const usual = (await timeUntilWell(program)).milliseconds
      await begin(server)
      await sleep(1_000)
      await end(server)
      const { milliseconds, tries } = await timeUntilWell(program)
      await sleep(500)
      const { byStatus, unhelpful, stored, signedOut } = await use.stop()
      const kept = await Promise.all(
        stored.map((id) => api(program, token, 'GET', `resource-servers/${encodeURIComponent(id)}`)),
      )
      const lost = kept.filter(({ status }) => status !== 200).length
      table.push({
        outage: name,
        ...byStatus,
        'ms as usual': usual,
        'ms until well': milliseconds,
        tries,
        unhelpful,
        lost,
        'signed out': signedOut,
      })
    }
  }
  console.table(table)
  for (const row of table) {
    expect(row, String(row.outage)).toMatchObject({ unhelpful: 0, lost: 0, 'signed out': 0 })
    // Whoever is answered at the first try has waited for a busy machine alone.
    const late = Number(row.tries) > 1 ? Number(row['ms until well']) : 0
    expect(late, String(row.outage)).toBeLessThan(WELL_WITHIN)
  }
})
