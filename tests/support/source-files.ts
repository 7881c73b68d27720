import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, posix, relative } from 'node:path'
import ts from 'typescript'
import { PROJECT_FOLDER } from './tenant-template'

export type SourceFile = { /** From the project's folder, with slashes. */ path: string; tree: ts.SourceFile }

export type Import = {
  from: SourceFile
  line: number
  /** A file of ours without its extension (`app/domain/errors`), or the name of a package. */
  target: string
  isOurs: boolean
  /** Nothing of it is left when the program runs. */
  isTypeOnly: boolean
  /** What is imported by name and is no type. */
  names: string[]
}

/** Every TypeScript and JavaScript file below some folders of the project. */
export function readSources(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && ['.ts', '.tsx', '.js'].includes(extname(entry.name)))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => parseSource(relative(PROJECT_FOLDER, file).replaceAll('\\', '/'), readFileSync(file, 'utf8'))),
  )
}

export const parseSource = (path: string, text: string): SourceFile => ({
  path,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
})

/** `path:line`, as editors and terminals can follow it. */
export const placeOf = ({ path, tree }: SourceFile, node: ts.Node): string =>
  `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`

/** All nodes of a kind in a tree. */
export function findNodes<Node extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is Node): Node[] {
  const found: Node[] = []
  const visit = (node: ts.Node) => {
    if (is(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return found
}

/** What a file imports, re-exports, or imports while it runs. */
export function importsOf(file: SourceFile): Import[] {
  const toImport = (node: ts.Node, specifier: string, isTypeOnly: boolean, names: string[]): Import => {
    const target = resolve(file.path, specifier)
    const line = file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1
    return { from: file, line, target, isOurs: /^(app|db|tests)\//.test(target), isTypeOnly, names }
  }
  const declared = file.tree.statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const clause = statement.importClause
      const bindings = clause?.namedBindings
      const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : []
      const names = elements
        .filter((element) => !element.isTypeOnly)
        .map(({ name, propertyName }) => (propertyName ?? name).text)
      const isWhole = !clause || clause.name !== undefined || (bindings !== undefined && ts.isNamespaceImport(bindings))
      const isTypeOnly = clause?.isTypeOnly === true || (!isWhole && names.length === 0)
      return [
        toImport(statement, statement.moduleSpecifier.text, isTypeOnly, isTypeOnly ? [] : isWhole ? ['*'] : names),
      ]
    }
    if (
      ts.isExportDeclaration(statement) &&
      statement.moduleSpecifier &&
      ts.isStringLiteral(statement.moduleSpecifier)
    ) {
      return [
        toImport(statement, statement.moduleSpecifier.text, statement.isTypeOnly, statement.isTypeOnly ? [] : ['*']),
      ]
    }
    return []
  })
  const dynamic = findNodes(file.tree, ts.isCallExpression).flatMap((call) => {
    const [argument] = call.arguments
    const isImport = call.expression.kind === ts.SyntaxKind.ImportKeyword
    return isImport && argument && ts.isStringLiteral(argument) ? [toImport(call, argument.text, false, ['*'])] : []
  })
  return [...declared, ...dynamic]
}

function resolve(from: string, specifier: string): string {
  const ours = specifier.startsWith('.')
    ? posix.join(dirname(from), specifier)
    : specifier
        .replace(/^~db\//, 'db/')
        .replace(/^~tests\//, 'tests/')
        .replace(/^~\//, 'app/')
  return ours.replace(/\.(tsx?|js)$/, '')
}
