import { setTimeout as sleep } from 'node:timers/promises'
import { MINUTE } from '~/platform/durations'
import type { Log } from '~/platform/log'
import { type Database, isOutage } from '~db/database'
import { takeRotationBack } from '~db/queries/tokens'

/** A rotation by the hashes of the token and of its successor, and its time (milliseconds). */
export type Rotation = { tokenHash: string; successorHash: string; at: number }

/**
 * Rotations of refresh tokens of which the program does not know whether they are stored: the database went away before it
 * said so, and nobody was given the successor. When the database is back they are undone, so that the client can ask
 * again, as its answer says, and is not taken for a thief (RFC 9700 §4.14.2).
 */
export type LostRefreshes = {
  takeBack(rotation: Rotation): void
  /** Resolves when nothing about this token is still to be undone. @returns whether anything was */
  settled(tokenHash: string): Promise<boolean>
}

const TRY_EVERY = 100
const TRY_FOR = 10 * MINUTE

export function createLostRefreshes({ db, log }: { db: Database; log: Log }): LostRefreshes {
  const waiting = new Map<string, Promise<void>>()

  async function undo(rotation: Rotation): Promise<void> {
    for (let tries = 0; tries < TRY_FOR / TRY_EVERY; tries += 1) {
      try {
        await db.run(takeRotationBack(rotation))
        return
      } catch (error) {
        if (!isOutage(error)) throw error
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
  }
}
