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

/** A development dependency: where it is not installed, the build was made elsewhere, whatever its age. */
const compiler = join(projectFolder, 'node_modules/@remix-run/dev/dist/cli.js')

process.env.NODE_ENV = 'production'
// From whichever folder it is started, what it is given by relative paths is the same, `data` first of all.
process.chdir(projectFolder)
if (existsSync(compiler) ? !(isBuilt() && isYoung()) : !isBuilt()) build()
await import(pathToFileURL(program).href)

/** Whether there is a build that runs in production; one of development, as `npm run dev` leaves it, does not. */
function isBuilt() {
  if (!existsSync(program) || !existsSync(browserFiles) || readdirSync(browserFiles).length === 0) return false
  return /\bmode\d* = "production"/.test(readFileSync(program, 'latin1'))
}

/** Whether the build is younger than all that it is made from. */
function isYoung() {
  const newest = Math.max(...SOURCES.map((path) => newestChange(join(projectFolder, path))))
  return newest <= statSync(program).mtimeMs
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
  if (!existsSync(compiler)) {
    console.error('There is no build, and nothing to make one with. Copy build/ and public/build/ here, or run npm ci.')
    process.exit(1)
  }
  console.error('The program is being built; this takes about half a minute.')
  // Standard output is for the line that says `ready`.
  const { status } = spawnSync(process.execPath, [compiler, 'build'], { cwd: projectFolder, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  console.error('The program could not be built. Run npm ci, then try again.')
  process.exit(1)
}
