import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '~/platform/clock'
import { MINUTE } from '~/platform/durations'
import type { Log } from '~/platform/log'
import { type Database, isOutage } from '~db/database'
import { findRefreshToken, type RefreshToken, takeRotationBack } from '~db/queries/tokens'

/** A rotation by the hashes of the token and of its successor, and its time (milliseconds). */
export type Rotation = { tokenHash: string; successorHash: string; at: number }

/**
 * Rotations of refresh tokens of which the program does not know whether they are stored: the database went away before it
 * said so, and nobody was given the successor. When the database is back they are undone, so that the client can ask
 * again, as its answer says, and is not taken for a thief (RFC 9700 §4.14.2).
 *
 * Only the node that was not answered knows of it. A mark in the row would have to be removed once the answer came: by a
 * second commit for every refresh, or after a time in which a stolen token is good twice. So the other nodes keep the
 * strict rule, and only do not apply it at once: when a token is presented again whose successor nobody has used, they
 * look for two seconds whether its rotation is undone, and end the family if it is not. A thief gains these two seconds
 * and no token. A node that has ended, or that alone cannot reach the database, undoes nothing: there the person has to
 * sign in again.
 */
export type LostRefreshes = {
  takeBack(rotation: Rotation): void
  /** Resolves when nothing about this token is still to be undone here. @returns whether anything was */
  settled(tokenHash: string): Promise<boolean>
  /** @returns whether another node undoes the rotation of this token while one waits for that */
  isTakenBackElsewhere(token: RefreshToken, successorHash: string): Promise<boolean>
}

const TRY_EVERY = 100
const TRY_FOR = 10 * MINUTE
/** For two seconds: counted, so that a busy machine looks as often. */
const LOOKS = 20

type Needed = { db: Database; log: Log; clock: Clock }

export function createLostRefreshes({ db, log, clock }: Needed): LostRefreshes {
  const waiting = new Map<string, Promise<void>>()

  async function undo(rotation: Rotation): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await db.run(takeRotationBack(rotation))
        return
      } catch (error) {
        if (!isOutage(error) || tries === TRY_FOR / TRY_EVERY) throw error
        await sleep(TRY_EVERY, undefined, { ref: false })
      }
    }
  }

  return {
    takeBack(rotation) {
      const undone = undo(rotation)
        .catch((error) => log.error({ err: error }, 'a rotation of a refresh token could not be undone'))
        .finally(() => waiting.delete(rotation.tokenHash))
      waiting.set(rotation.tokenHash, undone)
    },
    async settled(tokenHash) {
      const running = waiting.get(tokenHash)
      await running
      return running !== undefined
    },
    async isTakenBackElsewhere({ tokenHash, rotatedAt }, successorHash) {
      // A file has no other node.
      if (db.dialect === 'sqlite' || clock.now() - (rotatedAt ?? 0) > TRY_FOR) return false
      for (let look = 0; look < LOOKS; look += 1) {
        const [found, successor] = [await findRefreshToken(db, tokenHash), await findRefreshToken(db, successorHash)]
        if (found?.token.rotatedAt === null) return true
        if (!found || found.family.revokedAt !== null || successor?.token.rotatedAt !== null) return false
        await sleep(TRY_EVERY)
      }
      return false
    },
  }
}
