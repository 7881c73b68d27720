/** What a build of Remix answers, and at which addresses. */
import { createRequestHandler, type ServerBuild } from '@remix-run/node'
import { matchRoutes } from '@remix-run/react'
import type { AppContext } from './context'

export type Pages = {
  answer(request: Request, context: AppContext): Promise<Response>
  /** Whether a page has the address. */
  has(path: string): boolean
}

export function pagesOf(build: ServerBuild, mode?: string): Pages {
  const routes = routesBelow(build, 'root')
  return {
    answer: createRequestHandler(build, mode) as unknown as Pages['answer'],
    has: (path) => matchRoutes(routes, pageOfData(path)) !== null,
  }
}

/** Scripts ask for the data of a page beside it. */
const pageOfData = (path: string): string => path.replace(/\.data$/, '').replace(/^\/_root$/, '/')

type Route = Parameters<typeof matchRoutes>[0][number]

const routesBelow = (build: ServerBuild, parent: string): Route[] =>
  Object.values(build.routes)
    .filter((route) => route.parentId === parent)
    .map(({ id, path, index, caseSensitive }) =>
      index ? { path, index, caseSensitive } : { path, caseSensitive, children: routesBelow(build, id) },
    )
