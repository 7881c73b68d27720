import { z } from 'zod'
import type { AppContext } from '~/context'
import { pruneLog as prune } from '~/domain/audit/prune-log'
import { readOptions } from './options'

const options = z.object({ before: z.iso.date('Use a day such as 2026-01-31.') })

export async function pruneLog(ctx: AppContext, given: unknown): Promise<void> {
  const { before } = readOptions(options, given)
  const deleted = await prune(ctx, Date.parse(`${before}T00:00:00Z`))
  console.log(`Deleted ${deleted} events from before ${before}.`)
}
