/** Two nodes of the program at one database, for what one ends in the middle of what the other begins. */
import { openMachine } from '~tests/support/machine'
import { openSecondNode, type TestServices } from '~tests/support/services'
import { createWorld, type World } from '../oauth/authorization-world'

export type TwoNodes = {
  /** The node at which everything is begun, and the same as a world. */
  here: TestServices
  world: World
  /** The node at which it is ended, and the same as a world. */
  there: TestServices
  elsewhere: World
  /** Begins something, and lets the end happen between its last look and its first write. @throws where it writes nothing */
  inTheMiddle<T>(end: () => Promise<unknown>, begun: () => Promise<T>): Promise<T>
}

export async function openTwoNodes(): Promise<TwoNodes> {
  const world = await createWorld()
  const here = world.services
  const there = await openSecondNode(here)
  const elsewhere = { ...world, services: there, machine: await openMachine(there) }
  let meanwhile: (() => Promise<unknown>) | undefined
  const { atomically } = here.db
  here.db.atomically = async (steps) => {
    const first = meanwhile
    meanwhile = undefined
    await first?.()
    return atomically(steps)
  }
  return {
    here,
    world,
    there,
    elsewhere,
    async inTheMiddle(end, begun) {
      let hasCome = false
      meanwhile = async () => {
        hasCome = true
        await end()
      }
      const [outcome] = await Promise.allSettled([begun()])
      if (!hasCome) throw new Error('the end did not come in the middle')
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value
    },
  }
}
