/** The program as it is installed where it runs: what is copied there, and the packages of `npm ci --omit=dev`. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeAfterFile } from './services'
import { PROJECT_FOLDER } from './tenant-template'

/** What the Dockerfile puts into its last stage, beside packages. */
function copiedPaths(): string[] {
  const last =
    readFileSync(join(PROJECT_FOLDER, 'app/docs/deploy/Dockerfile'), 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? ''
  const copied = [...last.matchAll(/^COPY .*?(\S+)$/gm)].map(([, path = '']) => path)
  return copied.filter((path) => path !== 'node_modules')
}

/** @returns the folder, which everybody may read and its owner may write */
export function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portal-installed-'))
  for (const path of [...copiedPaths(), ...productionPackages()])
    cpSync(join(PROJECT_FOLDER, path), join(folder, path), { recursive: true })
  setModes(folder, { isWritable: true })
  closeAfterFile(async () => {
    setModes(folder, { isWritable: true })
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** All other packages are in the build. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package-lock.json'), 'utf8'))
  return Object.entries<{ dev?: boolean; devOptional?: boolean }>(packages).flatMap(([path, { dev, devOptional }]) =>
    path && !dev && !devOptional && existsSync(join(PROJECT_FOLDER, path)) ? path : [],
  )
}

/** What lies in a folder, and the folder itself, may be read by everybody, and written by its owner or by nobody. */
export function setModes(path: string, { isWritable }: { isWritable: boolean }): void {
  const status = lstatSync(path)
  if (status.isFile()) chmodSync(path, isWritable ? 0o644 : 0o444)
  if (!status.isDirectory()) return
  chmodSync(path, 0o755)
  for (const name of readdirSync(path)) setModes(join(path, name), { isWritable })
  if (!isWritable) chmodSync(path, 0o555)
}

const NOBODY = 65_534

/**
 * A user without rights: another one where this one is root, to whom modes mean nothing.
 * @returns `undefined` where this user has none
 */
export const otherUser = (): number | undefined => (process.getuid?.() === 0 ? NOBODY : undefined)

/** Whether that user can run Node, which may lie in a folder of root's. */
export const canRunAsOther = (): boolean =>
  spawnSync(process.execPath, ['--version'], { uid: otherUser(), gid: otherUser(), cwd: '/' }).status === 0

/** @returns a new folder for data, of that user */
export function folderOfOther(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portal-data-'))
  const user = otherUser()
  if (user !== undefined) chownSync(folder, user, user)
  closeAfterFile(async () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
