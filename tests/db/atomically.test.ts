import { eq, sql as raw } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { also, must, write } from '~db/database'
import { findTicket, insertTicket, redeemTicket, type Ticket } from '~db/queries/users'
import { createTestServices } from '~tests/support/services'
import { TEST_START } from '~tests/support/test-clock'

const ticket = (ticketHash: string): Ticket => ({
  ticketHash,
  purpose: 'owner-set-up',
  userId: null,
  email: null,
  provesEmail: true,
  resultUrl: null,
  tellsEmail: false,
  clientId: null,
  createdAt: TEST_START,
  expiresAt: TEST_START + 1000,
  usedAt: null,
})

const redeem = (hash: string) => redeemTicket('owner-set-up', hash, TEST_START)

async function open() {
  const { db } = await createTestServices()
  const find = (hash: string) => findTicket(db, 'owner-set-up', hash)
  return { db, find }
}

it('makes all changes, in their order', async () => {
  const { db, find } = await open()
  await db.atomically([
    also(insertTicket(ticket('a'))),
    must(redeem('a'), () => new Error('not there')),
    also(redeem('b')),
  ])
  expect(await find('a')).toMatchObject({ usedAt: TEST_START })
})

it('undoes everything when a `must` touches no row, and throws its error', async () => {
  const { db, find } = await open()
  await db.run(insertTicket(ticket('old')))
  const steps = [
    also(insertTicket(ticket('a'))),
    also(redeem('old')),
    must(redeem('missing'), () => new Error('the ticket is missing')),
    also(insertTicket(ticket('b'))),
  ]
  await expect(db.atomically(steps)).rejects.toThrow('the ticket is missing')
  expect(await find('a')).toBeUndefined()
  expect(await find('b')).toBeUndefined()
  expect(await find('old')).toMatchObject({ usedAt: null })
})

it('undoes everything when the database refuses a change', async () => {
  const { db, find } = await open()
  await db.run(insertTicket(ticket('a')))
  await expect(db.atomically([also(insertTicket(ticket('b'))), also(insertTicket(ticket('a')))])).rejects.toThrow()
  expect(await find('b')).toBeUndefined()
  await db.atomically([also(insertTicket(ticket('b')))])
  expect(await find('b')).toBeDefined()
})

it('keeps the failures of changes that are made at the same moment apart', async () => {
  const { db, find } = await open()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => {
      const isBad = n % 3 === 0
      return db.atomically([
        also(insertTicket(ticket(`t${n}`))),
        ...(isBad ? [must(redeem('missing'), () => new Error(`change ${n} failed`))] : []),
      ])
    }),
  )
  for (const [n, outcome] of outcomes.entries()) {
    if (n % 3 === 0) expect(outcome).toMatchObject({ status: 'rejected', reason: { message: `change ${n} failed` } })
    else expect(outcome).toMatchObject({ status: 'fulfilled' })
    expect((await find(`t${n}`)) === undefined).toBe(n % 3 === 0)
  }
})

it('makes each change once, also beside others that fail', async () => {
  const { db, find } = await open()
  await db.run(insertTicket(ticket('counted')))
  const later = write(({ sql, t: { tickets: x } }) =>
    sql
      .update(x)
      .set({ expiresAt: raw`${x.expiresAt} + 1` })
      .where(eq(x.ticketHash, 'counted')),
  )
  await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) =>
      n % 10 === 9
        ? db.atomically([also(later), must(redeem('missing'), () => new Error('it failed'))])
        : db.run(later),
    ),
  )
  expect(await find('counted')).toMatchObject({ expiresAt: TEST_START + 1000 + 27 })
})

it('lets one of 50 win who use the same thing up at the same moment', async () => {
  const { db, find } = await open()
  await db.run(insertTicket(ticket('once')))
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) =>
      db.atomically([must(redeem('once'), () => new Error('it was used')), also(insertTicket(ticket(`prize ${n}`)))]),
    ),
  )
  const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []))
  expect(winners).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ message: 'it was used' })
  }
  const prizes = await Promise.all(outcomes.map((_, n) => find(`prize ${n}`)))
  expect(prizes.filter((prize) => prize !== undefined).map(({ ticketHash }) => ticketHash)).toEqual([
    `prize ${winners[0]}`,
  ])
})

it('tries again when two changes lock the same rows in opposite orders', async () => {
  const { db, find } = await open()
  const names = ['x', 'y', 'z']
  await db.atomically(names.map((name) => also(insertTicket(ticket(name)))))
  const mark = (name: string, by: string) =>
    write(({ sql, t }) =>
      sql
        .update(t.tickets)
        .set({ resultUrl: `/${by}` })
        .where(eq(t.tickets.ticketHash, name)),
    )
  const markAll = (order: string[], by: string) => db.atomically(order.map((name) => also(mark(name, by))))
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([markAll(names, 'down'), markAll([...names].reverse(), 'up')])
    const marks = await Promise.all(names.map(async (name) => (await find(name))?.resultUrl))
    expect(new Set(marks).size).toBe(1)
  }
})

it('`run` says how many rows a change touched', async () => {
  const { db } = await open()
  await db.run(insertTicket(ticket('a')))
  expect(await db.run(redeem('a'))).toBe(1)
  expect(await db.run(redeem('a'))).toBe(0)
})
