import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const IN_MEMORY = '/dev/shm'
const GIGABYTE = 2 ** 30

/**
 * A new folder for databases that live no longer than the run: in memory where the system has room for that, since most
 * of the time of a test on a disk is the wait for durable commits. Programs cannot be started from it.
 */
export const scratchFolder = (name: string): string =>
  mkdtempSync(join(isRoomy(IN_MEMORY) ? IN_MEMORY : tmpdir(), `portal-${name}-`))

function isRoomy(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize > 4 * GIGABYTE
  } catch {
    return false
  }
}
