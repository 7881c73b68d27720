/** The pages of the areas with a form, and the acts that each of them names: read from the files, so that none is left out. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'vitest'
import type { Act } from '~/pages/acts'
import type { Params } from '~tests/support/context'
import type { PageRoute } from '~tests/support/visitor'

export const ROUTES = resolve(import.meta.dirname, '../../app/routes')

export type Area = 'admin' | 'portal' | 'account'

export type PageWithActs = {
  /** The file without its ending. */
  name: string
  area: Area
  route: PageRoute
  acts: Record<string, Act<never>>
  /** The file of the table of its acts. */
  home: string
  /** The address with its parameters. */
  pathOf(params: Params): string
}

export async function readPages(): Promise<PageWithActs[]> {
  const files = readdirSync(ROUTES).filter((file) => /^(admin\._area|portal\._app|account\._area)\./.test(file))
  const found = files.map(async (file): Promise<PageWithActs[]> => {
    const text = readFileSync(resolve(ROUTES, file), 'utf8')
    if (!text.includes('function action(')) return []
    const table = /return carryOut\([^\n]*, (\w+)\)\n/.exec(text)?.[1]
    const home = new RegExp(`import \\{[^}]*\\b${table}\\b[^}]*\\} from '~/([^']+)'`).exec(text)?.[1]
    expect(
      table && home,
      `${file} has to answer its form by a table of acts: return carryOut(visit, acts)`,
    ).toBeDefined()
    const module: Record<string, Record<string, Act<never>>> = await import(resolve(ROUTES, '..', `${home}.ts`))
    const name = file.slice(0, -'.tsx'.length)
    const pathOf = (params: Params) =>
      `/${name
        .split('.')
        .filter((part) => !part.startsWith('_'))
        .map((part) => part.replace(/_$/, ''))
        .map((part) => (part.startsWith('$') ? encodeURIComponent(params[part.slice(1)] ?? '') : part))
        .join('/')}`
    const area = name.split('.')[0] as Area
    return [
      {
        name,
        area,
        route: await import(resolve(ROUTES, file)),
        acts: module[table ?? ''] ?? {},
        home: `app/${home}.ts`,
        pathOf,
      },
    ]
  })
  return (await Promise.all(found)).flat()
}
