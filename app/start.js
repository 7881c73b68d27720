// @ts-check
/**
 * `npm start`: builds what is not built yet, then becomes the program. It is JavaScript, because a loader for
 * TypeScript would stay in the process: 75 MB, and twice the time to start.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const projectFolder = join(import.meta.dirname, '..')
const program = join(projectFolder, 'build/index.js')
const browserFiles = join(projectFolder, 'public/build')

/** What the build is made from. */
const SOURCES = ['app', 'db', 'public', 'package.json', 'remix.config.js', 'tsconfig.json']

process.env.NODE_ENV = 'production'
if (!isBuilt()) build()
await import(pathToFileURL(program).href)

/** Whether there is a production build that is younger than all of its sources. */
function isBuilt() {
  if (!existsSync(program) || !existsSync(browserFiles) || readdirSync(browserFiles).length === 0) return false
  const newest = Math.max(...SOURCES.map((path) => newestChange(join(projectFolder, path))))
  // A development build, as `npm run dev` leaves it, cannot run in production.
  return newest <= statSync(program).mtimeMs && /\bmode\d* = "production"/.test(readFileSync(program, 'utf8'))
}

/**
 * A folder changes when something in it comes or goes, so that a source that was deleted counts too.
 * @param {string} path
 * @returns {number} milliseconds since the epoch
 */
function newestChange(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  const entries = readdirSync(path).map((name) => join(path, name))
  const sources = entries.filter((entry) => entry !== browserFiles)
  const own = sources.length === entries.length ? status.mtimeMs : 0
  return Math.max(own, ...sources.map(newestChange))
}

/** Ends the process, after what the compiler said, when the program cannot be built. */
function build() {
  console.error('The program is being built; this takes about half a minute.')
  const cli = join(projectFolder, 'node_modules/@remix-run/dev/dist/cli.js')
  // Standard output is for the line that says `ready`.
  const { status } = spawnSync(process.execPath, [cli, 'build'], { cwd: projectFolder, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  console.error('The program could not be built. Run npm ci, then try again.')
  process.exit(1)
}
