/** A statement of the program reads its rows as drizzle itself would. */

import { and, asc, eq, sql as raw } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { expect, it } from 'vitest'
import type { Handle } from '~db/database'
import { createFirstPartyClient, createThirdPartyClient } from '~tests/support/fixtures'
import { createEndUser, signIn } from '~tests/support/people'
import { createTestServices } from '~tests/support/services'

const BUILDS: [string, (handle: Handle) => { prepare(name: string): { execute(): Promise<unknown[]> } }][] = [
  ['whole rows of a table', ({ sql, t }) => sql.select().from(t.clients).orderBy(asc(t.clients.clientId))],
  [
    'some columns and an expression',
    ({ sql, t: { clients: c } }) =>
      sql
        .select({
          id: c.clientId,
          isOurs: c.isFirstParty,
          callbacks: c.callbacks,
          shout: raw<string>`upper(${c.name})`.as('shout'),
        })
        .from(c)
        .orderBy(asc(c.clientId)),
  ],
  [
    'an outer join that finds some, an inner one, and columns of two tables in one object',
    ({ sql, t: { users: u, identities: i, sessions: s } }) =>
      sql
        .select({ user: u, session: s, both: { id: s.id, email: u.email }, identity: i, at: s.createdAt })
        .from(u)
        .innerJoin(i, eq(i.userId, u.userId))
        .leftJoin(s, eq(s.userId, u.userId))
        .orderBy(asc(u.userId), asc(i.id), asc(s.id)),
  ],
  [
    'a table joined with itself',
    ({ sql, t: { clients: c } }) => {
      const other = alias(c, 'other')
      return sql
        .select({ one: c, other })
        .from(c)
        .leftJoin(other, and(eq(other.isFirstParty, c.isFirstParty), eq(other.name, 'First-party app')))
        .orderBy(asc(c.clientId))
    },
  ],
]

it.each(BUILDS)('%s', async (_what, build) => {
  const services = await createTestServices()
  await createFirstPartyClient(services, {
    callbacks: ['https://a.example/', 'https://b.example/'],
    clientMetadata: { a: '1' },
  })
  await createThirdPartyClient(services)
  const person = await createEndUser(services, { email: 'signed-in@example.com' })
  await createEndUser(services, { email: 'never-here@example.com' })
  await signIn(services, 'account', person)

  const byDrizzle = await build(services.db.handle).prepare('by_drizzle').execute()
  expect(byDrizzle.length).toBeGreaterThan(1)
  expect(await services.db.prepared('by_the_program', build as never).execute()).toEqual(byDrizzle)
})
