import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Program } from './process'
import { closeAfterFile } from './services'
import { isRoot } from './user'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** No window, no graphics card, and no calls home. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Installs one, where that can be done, before several files look for it at once: `globalSetup` of their projects. */
export default (): void => void findChromium()

let running: Promise<Browser> | undefined

/**
 * A page of a browser that has no cookies yet: every call is another person. Paths are relative to the program:
 * `page.goto('/portal')`. One Chromium serves the test file and is closed after it.
 */
export async function openPage(program: Program, options: BrowserContextOptions = {}): Promise<Page> {
  running ??= launchForFile()
  const browser = await running
  const context = await browser.newContext({ baseURL: program.issuer, ...options })
  // Long, as a busy machine opens the first page of a program in many times the seconds of an idle one.
  context.setDefaultTimeout(60_000)
  return context.newPage()
}

async function launchForFile(): Promise<Browser> {
  const browser = await launchChromium()
  closeAfterFile(async () => {
    running = undefined
    await browser.close()
  })
  return browser
}

/** Where a Chromium lies; as root on Debian it is installed when there is none. @throws with what to install */
export function findChromium(): string {
  const found = lookForChromium() ?? (installOnDebian() ? lookForChromium() : undefined)
  if (found) return found
  throw new Error('The flows need a Chromium: install the package chromium, or set CHROMIUM_PATH to one that is there.')
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: chromiumFlags() })

/** Chromium's sandbox does not run as root. */
export const chromiumFlags = (): string[] => (isRoot() ? [...FLAGS, '--no-sandbox'] : FLAGS)

function lookForChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const folders = [...PATH.split(delimiter), '/usr/bin']
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installOnDebian(): boolean {
  if (!isRoot() || !existsSync('/usr/bin/apt-get')) return false
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  console.log('There is no Chromium here: installing the package chromium.')
  try {
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'chromium')
    return true
  } catch {
    return false
  }
}
