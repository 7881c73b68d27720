import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT_FOLDER } from './tenant-template'

export type Outcome = { status: number | null; stdout: string; stderr: string }

/** Runs one of the commands of the built program. */
const runCommand =
  (command: string) =>
  (env: Record<string, string>, ...words: string[]): Outcome => {
    const given = [join(PROJECT_FOLDER, 'build/index.js'), command, ...words]
    const { status, stdout, stderr } = spawnSync(process.execPath, given, {
      cwd: PROJECT_FOLDER,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }

/** `npm run portal -- …`. */
export const runPortal = runCommand('portal')

/** `npm run db:migrate`. */
export const runMigrate = runCommand('migrate')
