import { countEvents } from '~/domain/audit/count-events'
import { MINUTE } from '~/platform/durations'
import type { TestServices } from './services'

/** Lets what has happened become certain, and has it counted. */
export async function settle(services: TestServices): Promise<void> {
  services.clock.advance(MINUTE)
  await countEvents(services)
}
