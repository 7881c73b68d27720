/** The audit log of a large tenant goes out without ever being in memory. */
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { auditEvent } from '~/domain/audit/audit-event'
import { MINUTE } from '~/platform/durations'
import { backgroundContext } from '~/services'
import { also } from '~db/database'
import { openMachine } from '~tests/support/machine'
import { createTestServices } from '~tests/support/services'
import { ISSUER, MANAGEMENT_CLIENT } from '~tests/support/test-environment'

const EVENTS = 100_000
const MEGABYTE = 1024 * 1024

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

const usedMemory = (): number => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

it(`${EVENTS} events are exported in bounded memory, each once`, { timeout: 600_000 }, async () => {
  const services = await createTestServices()
  const ctx = backgroundContext(services)
  const details = { message: 'x'.repeat(500) }
  for (let n = 0; n < EVENTS / 1000; n += 1) {
    const steps = Array.from({ length: 1000 }, () => also(auditEvent(ctx, 'app.edited', undefined, { details })))
    await ctx.db.atomically(steps)
  }
  services.clock.advance(MINUTE)
  const machine = await openMachine(services)
  const fields = { grant_type: 'client_credentials', audience: `${ISSUER}api/v2/` }
  const token = String((await machine.token(fields, MANAGEMENT_CLIENT)).json.access_token)
  await machine.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = machine.app.server.address() as AddressInfo

  const before = usedMemory()
  let most = 0
  let bytes = 0
  let lines = 0
  await new Promise<void>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    get({ port, host: '127.0.0.1', path: '/api/v2/audit-export', headers }, (response) => {
      let measuredAt = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        for (const byte of chunk) if (byte === 10) lines += 1
        if (bytes - measuredAt < 5 * MEGABYTE) return
        measuredAt = bytes
        most = Math.max(most, usedMemory() - before)
      })
      response.on('end', resolve)
      response.on('error', reject)
    }).on('error', reject)
  })
  expect(lines).toBeGreaterThanOrEqual(EVENTS)
  expect(bytes).toBeGreaterThan(70 * MEGABYTE)
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(20 * MEGABYTE)
})
