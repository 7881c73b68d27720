/** Which folder may import which. */
import { type Import, importsOf, type SourceFile } from './source-files'

/** The places of the program, by the paths that belong to them. The first that fits counts. */
const PLACES: [place: string, pattern: RegExp][] = [
  ['routes', /^app\/routes\//],
  ['oauth', /^app\/oauth\//],
  ['management', /^app\/management\//],
  ['portal', /^app\/portal\//],
  ['admin', /^app\/admin\//],
  ['account', /^app\/account\//],
  ['docs', /^app\/docs\//],
  ['pages', /^app\/pages\//],
  ['domain', /^app\/domain\//],
  ['platform', /^app\/platform\//],
  ['ui', /^app\/ui\//],
  ['context', /^app\/context$/],
  ['config', /^app\/config$/],
  ['project-folder', /^app\/project-folder$/],
  // The composition root: it puts the program together and may know all of it.
  ['root', /^app\/([^/]+$|cli\/|demo\/)/],
  ['db/queries', /^db\/queries\//],
  ['db/database', /^db\/database$/],
  ['db', /^db\//],
]

const DOOR = ['domain', 'platform', 'ui', 'context', 'db/queries']

/** What each place may import besides itself. The root is not listed: it may import anything. */
const MAY_IMPORT: Record<string, string[]> = {
  // Of the Management API, the documentation shows what it is.
  routes: ['portal', 'admin', 'account', 'management', 'docs', 'pages', 'domain', 'ui', 'context'],
  oauth: DOOR,
  management: DOOR,
  portal: [...DOOR, 'pages'],
  admin: [...DOOR, 'pages'],
  account: [...DOOR, 'pages'],
  docs: ['platform', 'ui', 'project-folder'],
  pages: DOOR,
  domain: ['platform', 'context', 'db/queries', 'db/database'],
  platform: [],
  ui: [],
  'db/queries': ['db', 'db/database'],
  'db/database': ['db'],
  db: ['db/queries', 'db/database'],
}

/** The modules of the domain, the highest first: one may import its own row and those below. */
const DOMAIN_ROWS = [
  ['moderation', 'webhooks', 'jobs'],
  ['apps', 'grants', 'tokens', 'sessions', 'identities', 'teams'],
  ['authenticators', 'partners', 'tenant'],
  ['clients', 'users', 'connections', 'resource-servers'],
  ['policy', 'keys', 'audit', 'rate-limits', 'mail'],
]

export const placeOfPath = (path: string): string =>
  PLACES.find(([, pattern]) => pattern.test(path.replace(/\.(tsx?|js)$/, '')))?.[0] ?? ''

/** Imports that go where their place may not. @param places only those from these places */
export function forbiddenImports(sources: SourceFile[], places: string[]): string[] {
  return sources
    .filter(({ path }) => places.includes(placeOfPath(path)))
    .flatMap(importsOf)
    .filter((found) => found.isOurs && !isAllowed(found))
    .map((found) => {
      const place = placeOfPath(found.from.path)
      const allowed = MAY_IMPORT[place]?.join(', ') || 'nothing of ours'
      return `${at(found)} imports ${found.target}; ${place} may import ${allowed}`
    })
}

function isAllowed({ from, target, isTypeOnly }: Import): boolean {
  const place = placeOfPath(from.path)
  const targetPlace = placeOfPath(target)
  if (place === 'routes' && targetPlace === 'routes') return false
  if (place === 'domain' && targetPlace === 'context') return isTypeOnly
  // What the configuration looks like, as it stands in the context; reading it is the root's.
  if (targetPlace === 'config') return isTypeOnly
  return targetPlace === place || (MAY_IMPORT[place] ?? []).includes(targetPlace)
}

/** Imports of the domain that go up. */
export function upwardImports(sources: SourceFile[]): string[] {
  return sources
    .filter(({ path }) => placeOfPath(path) === 'domain')
    .flatMap(importsOf)
    .filter(({ target }) => placeOfPath(target) === 'domain')
    .filter(({ from, target }) => rowOf(target) < rowOf(from.path))
    .map(
      (found) =>
        `${at(found)} imports ${found.target}, which stands above it; turn the dependency round, or pass what is needed in`,
    )
}

function rowOf(path: string): number {
  const module = path.split('/')[2]?.replace(/\.ts$/, '') ?? ''
  const row = DOMAIN_ROWS.findIndex((names) => names.includes(module))
  if (row === -1)
    throw new Error(`app/domain/${module} has no place among the modules of the domain: give it one in DOMAIN_ROWS`)
  return row
}

/** Names that doors import from the queries and that are not reads. */
export function writesImportedByDoors(sources: SourceFile[]): string[] {
  return sources
    .filter(
      ({ path }) => !['domain', 'root', 'config', 'db', 'db/queries', 'db/database', ''].includes(placeOfPath(path)),
    )
    .flatMap(importsOf)
    .filter(({ target }) => placeOfPath(target) === 'db/queries')
    .flatMap((found) =>
      found.names
        .filter((name) => !/^(find|list|count)[A-Z]/.test(name))
        .map(
          (name) =>
            `${at(found)} imports ${name}; doors import only find…, list… and count…, and leave writing to the domain`,
        ),
    )
}

/** Imports of packages that a place may not know. */
export function forbiddenPackages(sources: SourceFile[], places: string[], pattern: RegExp, instead: string): string[] {
  return sources
    .filter(({ path }) => places.includes(placeOfPath(path)))
    .flatMap(importsOf)
    .filter(({ isOurs, target }) => !isOurs && pattern.test(target))
    .map((found) => `${at(found)} imports ${found.target}; ${instead}`)
}

const at = ({ from, line }: Import): string => `${from.path}:${line}`
