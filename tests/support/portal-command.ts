import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT_FOLDER } from './tenant-template'

export type Outcome = { status: number | null; stdout: string; stderr: string }

type Environment = Record<string, string>

const PROGRAM = join(PROJECT_FOLDER, 'build/index.js')

const optionsWith = (env: Environment) => ({
  cwd: PROJECT_FOLDER,
  env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' as const, ...env },
})

/** Runs one of the commands of the built program. */
const runCommand =
  (command: string) =>
  (env: Environment, ...words: string[]): Outcome => {
    const given = [PROGRAM, command, ...words]
    const { status, stdout, stderr } = spawnSync(process.execPath, given, { ...optionsWith(env), encoding: 'utf8' })
    return { status, stdout, stderr }
  }

/** `npm run portal -- …`. */
export const runPortal = runCommand('portal')

/** The same, for who wants to end it before it is done. */
export const startPortal = (env: Environment, ...words: string[]): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [PROGRAM, 'portal', ...words], optionsWith(env))

/** `npm run db:migrate`. */
export const runMigrate = runCommand('migrate')
