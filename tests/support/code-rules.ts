/** Rules of the house that a look at the syntax can check. Each returns what offends, with what to do instead. */
import ts from 'typescript'
import { placeOfPath } from './import-rules'
import { findNodes, importsOf, placeOf, type SourceFile } from './source-files'

export const policyReads = (sources: SourceFile[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith('app/') && !/^app\/(domain\/policy|management)\//.test(path))
    .flatMap((file) => {
      const properties = findNodes(file.tree, ts.isPropertyAccessExpression).filter(
        ({ name }) => name.text === 'isFirstParty',
      )
      const bindings = findNodes(file.tree, ts.isBindingElement).filter(
        ({ name, propertyName }) => (propertyName ?? name).getText(file.tree) === 'isFirstParty',
      )
      return [...properties, ...bindings].map(
        (node) =>
          `${placeOf(file, node)} asks whether the client is first-party; ask policyFor(client) for the rule, as a field of its own`,
      )
    })

export const environmentReads = (sources: SourceFile[]): string[] =>
  sources
    .filter(({ path }) => !['root', 'config'].includes(placeOfPath(path)) && path !== 'db/drizzle.config.ts')
    .flatMap((file) =>
      findNodes(file.tree, ts.isPropertyAccessExpression)
        .filter((node) => node.getText(file.tree) === 'process.env')
        .map(
          (node) =>
            `${placeOf(file, node)} reads process.env; take the value from ctx.config, and read it in app/config.ts`,
        ),
    )

export const clockReads = (sources: SourceFile[]): string[] =>
  sources
    .filter(({ path }) => path !== 'app/platform/clock.ts' && !path.startsWith('app/ui/'))
    .flatMap((file) => {
      const calls = findNodes(file.tree, ts.isCallExpression).filter(
        ({ expression }) => expression.getText(file.tree) === 'Date.now',
      )
      const dates = findNodes(file.tree, ts.isNewExpression).filter(
        (node) => node.expression.getText(file.tree) === 'Date' && (node.arguments?.length ?? 0) === 0,
      )
      return [...calls, ...dates].map(
        (node) => `${placeOf(file, node)} reads the time of the machine; use ctx.clock.now()`,
      )
    })

/** Deeds that cost more than their input shows: each has one place, which bounds what it is given. */
const callsElsewhere =
  (place: string, callee: RegExp, instead: string) =>
  (sources: SourceFile[]): string[] =>
    sources
      .filter(({ path }) => path.startsWith('app/') && path !== place && !/^app\/(demo|ui|docs)\//.test(path))
      .flatMap((file) =>
        findNodes(file.tree, ts.isCallExpression)
          .filter(({ expression }) => callee.test(expression.getText(file.tree)))
          .map((node) => `${placeOf(file, node)} ${instead}`),
      )

export const normalizations = callsElsewhere(
  'app/platform/text.ts',
  /\.normalize$/,
  'normalizes a text of any length; let readText of app/platform/text.ts do it',
)

export const addressReads = callsElsewhere(
  'app/platform/web-address.ts',
  /^(URL\.(canParse|parse)|z\.(url|httpUrl))$/,
  'reads an address of any length; ask isAddress of app/platform/web-address.ts',
)

export const jsonReads = callsElsewhere(
  'app/platform/json.ts',
  /^JSON\.parse$|\.json$/,
  'reads JSON of any depth; let readJson of app/platform/json.ts do it',
)

const COLLECTIONS = ['Map', 'Set', 'WeakMap', 'WeakSet']

/**
 * Files that keep something beyond a request: in an `LRUCache`, or in a variable or a collection that begins empty, of the
 * module or of an exported function that makes a service (`createX`, `openX`).
 */
export const keptBeyondRequests = (sources: SourceFile[]): string[] =>
  sources.flatMap((file) => {
    const nameOf = ({ expression }: ts.NewExpression) => expression.getText(file.tree)
    const made = findNodes(file.tree, ts.isNewExpression)
    const keepers = [
      ...made.filter((node) => COLLECTIONS.includes(nameOf(node)) && !node.arguments?.length),
      ...findNodes(file.tree, ts.isVariableDeclarationList).filter(
        (list) => (list.flags & ts.NodeFlags.Let) !== 0 && ts.isVariableStatement(list.parent),
      ),
    ]
    const keeps = made.some((node) => nameOf(node) === 'LRUCache') || keepers.some(isOfTheProcess)
    return keeps ? [file.path] : []
  })

function isOfTheProcess(node: ts.Node): boolean {
  const around = ts.findAncestor(node.parent, ts.isFunctionLike)
  if (!around) return true
  const isExported =
    ts.canHaveModifiers(around) && ts.getModifiers(around)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  return isExported === true && /^(create|open)[A-Z]/.test(around.name?.getText() ?? '')
}

export const anyTypes = (sources: SourceFile[]): string[] =>
  sources.flatMap((file) =>
    findNodes(file.tree, (node): node is ts.KeywordTypeNode => node.kind === ts.SyntaxKind.AnyKeyword).map(
      (node) => `${placeOf(file, node)} has the type any; use unknown and look at it, or name the type`,
    ),
  )

export const directWrites = (sources: SourceFile[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith('app/') && !['domain', 'root'].includes(placeOfPath(path)))
    .flatMap((file) =>
      findNodes(file.tree, ts.isPropertyAccessExpression)
        .filter((node) => /\bdb\.(atomically|run)$/.test(node.getText(file.tree)))
        .map((node) => `${placeOf(file, node)} writes to the database; make it a function of the domain`),
    )

const NAMES_THAT_SAY_NOTHING = /^(utils?|helpers?|services?|managers?|index|common|misc)$/

export const emptyFileNames = (sources: SourceFile[]): string[] =>
  sources.flatMap(({ path }) => {
    const name =
      path
        .split('/')
        .at(-1)
        ?.replace(/\.(test\.)?(tsx?|js)$/, '') ?? ''
    const isAllowed = path === 'app/services.ts' || path === 'tests/support/services.ts'
    if (NAMES_THAT_SAY_NOTHING.test(name) && !isAllowed)
      return [`${path} does not say what it holds; name it after that`]
    const isKebab = path.startsWith('app/routes/') || /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(name)
    return isKebab ? [] : [`${path} is not in kebab-case`]
  })

const HALVES = new Set(['loader', 'action'])

type Half = { name: string; node: ts.Node; isDeclaration: boolean }

/** The loader and the action of a route module. */
function halvesOf({ tree }: SourceFile): Half[] {
  return tree.statements.flatMap((statement): Half[] => {
    if (ts.isFunctionDeclaration(statement) && isExported(statement)) {
      const name = statement.name?.text ?? ''
      return HALVES.has(name) ? [{ name, node: statement, isDeclaration: true }] : []
    }
    return exportedValues(statement)
      .map((node) => ({ name: node.name.getText(tree), node, isDeclaration: false }))
      .filter(({ name }) => HALVES.has(name))
  })
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)

function exportedValues(statement: ts.Statement): (ts.VariableDeclaration | ts.ExportSpecifier)[] {
  if (ts.isVariableStatement(statement) && isExported(statement)) return [...statement.declarationList.declarations]
  if (!ts.isExportDeclaration(statement) || !statement.exportClause) return []
  return ts.isNamedExports(statement.exportClause) ? [...statement.exportClause.elements] : []
}

export const halvesThatReachTheBrowser = (sources: SourceFile[]): string[] =>
  sources.filter(hasComponent).flatMap((file) =>
    halvesOf(file)
      .filter(({ isDeclaration }) => !isDeclaration)
      .map(
        ({ name, node }) =>
          `${placeOf(file, node)} makes ${name} a value, which pulls server code into the browser; declare it: export async function ${name}`,
      ),
  )

const hasComponent = ({ path, tree }: SourceFile): boolean =>
  path.startsWith('app/routes/') &&
  tree.statements.some(
    (statement) =>
      ts.isExportAssignment(statement) ||
      (ts.isFunctionDeclaration(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)),
  )

/** Whose guard keeps a page, by the beginning of its file's name. */
const DOORS: [pattern: RegExp, door: string][] = [
  [/^portal\./, 'portal'],
  [/^admin\./, 'admin'],
  [/^(account|u|login)\.|^activate\./, 'account'],
]

/** Loaders and actions that call no guard of their door: none imported from `guard.ts` whose name begins with `enter`. */
export const unguardedPages = (sources: SourceFile[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith('app/routes/'))
    .flatMap((file) => {
      const door = DOORS.find(([pattern]) => pattern.test(file.path.slice('app/routes/'.length)))?.[1]
      if (!door) return []
      const guards = importsOf(file)
        .filter(({ target }) => target === `app/${door}/guard`)
        .flatMap(({ names }) => names.filter((name) => name.startsWith('enter')))
      return halvesOf(file)
        .filter(
          ({ node }) =>
            !findNodes(node, ts.isCallExpression).some(({ expression }) =>
              guards.includes(expression.getText(file.tree)),
            ),
        )
        .map(
          ({ name, node }) =>
            `${placeOf(file, node)} lets anybody in: let ${name} begin with a guard of app/${door}/guard.ts, such as enter${capital(door)}Page`,
        )
    })

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
