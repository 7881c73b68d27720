/** The fields that an act reads, by its sources: a page shows the form of an act only where there is something to do. */
import ts from 'typescript'
import { findNodes, readSources, type SourceFile } from '~tests/support/source-files'
import type { Area, PageWithActs } from './pages-with-acts'

/** What a file declares, by name. */
const declarationsIn = ({ tree }: SourceFile) =>
  tree.statements.flatMap((statement): [string, ts.Node][] => {
    if (ts.isFunctionDeclaration(statement) && statement.name) return [[statement.name.text, statement]]
    if (!ts.isVariableStatement(statement)) return []
    return statement.declarationList.declarations.map((declared) => [declared.name.getText(tree), declared])
  })

const sources = new Map<Area, SourceFile[]>(
  (['admin', 'portal', 'account'] as const).map((area) => [
    area,
    [...readSources(`app/${area}`), ...readSources('app/pages')],
  ]),
)

/** @param home the file of the act's table, which may have its function from another @param run the function's name */
export function fieldsOf({ area, home }: Pick<PageWithActs, 'area' | 'home'>, run: string): string[] {
  const files = sources.get(area) ?? []
  const inFiles = files.map((file) => ({ path: file.path, declared: new Map(declarationsIn(file)) }))
  const places = inFiles.filter(({ declared }) => declared.has(run))
  const own = (places.find(({ path }) => path === home) ?? places[0])?.declared
  if (!own) throw new Error(`${home}: no file of the area has the function ${run}`)
  const shared = new Map(
    files.flatMap(declarationsIn).filter(([name]) => /^answer|^(?!refused|invalid).*(Form|Fields)$/.test(name)),
  )
  const fields = new Set<string>()
  const seen = new Set<ts.Node>()
  const walk = (node: ts.Node | undefined, isForm: boolean): void => {
    if (!node || seen.has(node)) return
    seen.add(node)
    for (const { expression, arguments: given } of findNodes(node, ts.isCallExpression))
      if (/\bform\.(get|getAll|has)$/.test(expression.getText()) && given[0] && ts.isStringLiteral(given[0]))
        fields.add(given[0].text)
    const members = [...findNodes(node, ts.isPropertyAssignment), ...findNodes(node, ts.isShorthandPropertyAssignment)]
    for (const { name } of isForm ? members : [])
      if (ts.isIdentifier(name) || ts.isStringLiteral(name)) fields.add(name.text)
    for (const { text } of findNodes(node, ts.isIdentifier))
      walk(own.get(text) ?? shared.get(text), isForm || /(Form|Fields)$/.test(text))
  }
  walk(own.get(run), false)
  // The sentence of a rule stands there as `error`.
  return [...fields].filter((name) => name !== 'intent' && name !== 'error')
}
