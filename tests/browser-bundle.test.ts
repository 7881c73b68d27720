/** What a browser is sent: read from the compiler's own account of the build, so `npm run build` comes first. */
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { PROJECT_FOLDER } from './support/tenant-template'

type Metafile = { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> }

/** All scripts and styles together, gzipped; a page loads a part of them. */
const LARGEST_BUNDLE = 256_000

/** Packages that are there for the browser, and the pieces of Remix and of forms that run in it. */
const PACKAGES_OF_THE_BROWSER = new Set([
  'react',
  'react-dom',
  'scheduler',
  '@remix-run/react',
  '@remix-run/router',
  '@remix-run/server-runtime',
  'react-router',
  'react-router-dom',
  'turbo-stream',
  '@conform-to/dom',
  '@conform-to/react',
  'lucide-react',
  'clsx',
])

const metafilePath = join(PROJECT_FOLDER, 'build/metafile.js.json')
if (!existsSync(metafilePath)) throw new Error('There is no build to look at: run npm run build first.')
const { outputs } = JSON.parse(readFileSync(metafilePath, 'utf8')) as Metafile

/** Sources of which something is left after unused exports were dropped. */
const inputs = [
  ...new Set(
    Object.values(outputs).flatMap((output) =>
      Object.entries(output.inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => path),
    ),
  ),
]
const packages = new Set(inputs.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))

it('of ours the browser gets components and the user interface, and nothing else', () => {
  const isComponent = (path: string) => path.endsWith('.tsx') || path.startsWith('app/ui/') || path.endsWith('.css')
  // The compiler puts an empty module where a page imports the server's half of Remix.
  const isOfTheCompiler = (path: string) => /^(browser-route-module:|empty-module:@remix-run\/node$)/.test(path)
  const ours = inputs.filter((path) => !path.includes('node_modules/') && !isOfTheCompiler(path))
  expect(ours.length).toBeGreaterThan(20)
  expect(ours.filter((path) => !isComponent(path))).toEqual([])
})

it('the browser gets the packages that are meant for it: no zod, no drizzle', () => {
  expect([...packages].filter((name) => !PACKAGES_OF_THE_BROWSER.has(name))).toEqual([])
})

it('nothing of Node reaches the browser, and nothing that stands in for it', () => {
  const isOfNode = (path: string) => /^(node:|node-modules-polyfills)/.test(path) || isBuiltin(path)
  expect(inputs.filter(isOfNode)).toEqual([])
})

it('the bundle stays small', () => {
  const sizes = Object.keys(outputs)
    .filter((path) => !path.endsWith('.map'))
    .map((path) => gzipSync(readFileSync(join(PROJECT_FOLDER, path))).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(LARGEST_BUNDLE)
})
