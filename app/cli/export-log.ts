import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { AppContext } from '~/context'
import { exportEvents, exportedPart } from '~/domain/audit/export-events'
import { requireNewFile } from './new-file'
import { readOptions } from './options'

/** @param file that is made, for the operator alone */
export async function exportLog(ctx: AppContext, file: string, given: unknown): Promise<void> {
  const part = readOptions(exportedPart, given)
  requireNewFile(file)
  try {
    await pipeline(await exportEvents(ctx, part), createWriteStream(file, { flags: 'wx', mode: 0o600 }))
  } catch (error) {
    // Half of a log looks like a whole one.
    await rm(file, { force: true })
    throw error
  }
  console.log(`Exported to ${file}.`)
}
