/** Longer than the suite has time for: `npm run test:soak`. */
import { expect, it } from 'vitest'
import { also, must } from '~db/database'
import { findTicket, insertTicket, redeemTicket } from '~db/queries/users'
import { createTestServices } from '~tests/support/services'

const ROUNDS = 200
const RACERS = 50

it('of many who use the same thing up at the same moment one wins, every time', { timeout: 600_000 }, async () => {
  const { db, clock } = await createTestServices()
  const now = clock.now()
  for (let round = 0; round < ROUNDS; round += 1) {
    const ticketHash = `round ${round}`
    const purpose = 'owner-set-up' as const
    const row = {
      ticketHash,
      purpose,
      userId: null,
      email: null,
      provesEmail: true,
      resultUrl: null,
      tellsEmail: false,
      clientId: null,
      createdAt: now,
      usedAt: null,
    }
    await db.run(insertTicket({ ...row, expiresAt: now + 1 }))
    const outcomes = await Promise.allSettled(
      Array.from({ length: RACERS }, (_, n) =>
        db.atomically([
          must(redeemTicket(purpose, ticketHash, now), () => new Error('used')),
          also(insertTicket({ ...row, ticketHash: `prize ${round} ${n}`, expiresAt: now + 1 })),
        ]),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const prizes = await Promise.all(outcomes.map((_, n) => findTicket(db, purpose, `prize ${round} ${n}`)))
    expect(prizes.filter((prize) => prize !== undefined)).toHaveLength(1)
  }
})
