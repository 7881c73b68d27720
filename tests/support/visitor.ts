import { randomBytes } from 'node:crypto'
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import type { AppContext, Services } from '~/context'
import { readCookies } from '~/platform/cookies'
import {
  type Cookies,
  type Fields,
  type Params,
  pageForm,
  pageRequest,
  type VisitorOptions,
  visitorContext,
} from './context'

/** The server half of a route module: `import * as route from '~/routes/portal.sign-in'`. */
export type PageRoute = {
  loader?: (args: LoaderFunctionArgs) => unknown
  action?: (args: ActionFunctionArgs) => unknown
}

export type PageAnswer = {
  status: number
  /** Where a redirect leads. */
  location: string | undefined
  headers: Headers
  /** What the loader or action returned; of a `Response` its text. */
  value: unknown
}

/** A person at a browser, who calls the loaders and actions of pages; cookies that an answer sets are kept. */
export type Visitor = {
  readonly services: Services
  /** By their own names; write to it to give the browser a cookie. */
  readonly cookies: Cookies
  /** The context of the next request. */
  context(): AppContext
  load(route: PageRoute, path: string, params?: Params): Promise<PageAnswer>
  send(
    route: PageRoute,
    path: string,
    fields?: Fields,
    options?: { params?: Params; token?: string | null },
  ): Promise<PageAnswer>
}

export function openVisitor(services: Services, { cookies: given = {}, ip, userAgent }: VisitorOptions = {}): Visitor {
  const cookies: Cookies = { 'visitor-1': randomBytes(24).toString('base64url'), ...given }
  const context = () => visitorContext(services, { cookies: { ...cookies }, ip, userAgent })
  async function ask(answer: () => unknown): Promise<PageAnswer> {
    const page = await toPageAnswer(answer)
    keepCookies(services, cookies, page.headers)
    return page
  }
  return {
    services,
    cookies,
    context,
    load(route, path, params) {
      const { loader } = route
      if (!loader) throw new Error(`the page at ${path} has no loader`)
      return ask(() => loader(pageRequest(context(), path, params)))
    },
    send(route, path, fields, options) {
      const { action } = route
      if (!action) throw new Error(`the page at ${path} has no action`)
      return ask(async () => action(await pageForm(context(), path, fields, options)))
    },
  }
}

/** Keeps the cookies of an answer, and forgets those that it clears. */
export function keepCookies({ config }: Services, cookies: Cookies, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = ''] = line.split(';', 1)
    const isCleared = /;\s*max-age=0/i.test(line)
    for (const [name, value] of Object.entries(readCookies(config, pair))) {
      if (isCleared || value === undefined) delete cookies[name]
      else cookies[name] = value
    }
  }
}

type DataWithInit = { type: 'DataWithResponseInit'; data: unknown; init: ResponseInit | null }

const isDataWithInit = (given: unknown): given is DataWithInit =>
  typeof given === 'object' && given !== null && (given as DataWithInit).type === 'DataWithResponseInit'

/** What a loader or action returned or threw, as a browser would see it. Errors are thrown on. */
async function toPageAnswer(answer: () => unknown): Promise<PageAnswer> {
  let given: unknown
  try {
    given = await answer()
  } catch (thrown) {
    if (!(thrown instanceof Response) && !isDataWithInit(thrown)) throw thrown
    given = thrown
  }
  if (given instanceof Response) {
    const location = given.headers.get('location') ?? undefined
    return { status: given.status, location, headers: given.headers, value: await given.text() }
  }
  const { data: value, init } = isDataWithInit(given) ? given : { data: given, init: null }
  return { status: init?.status ?? 200, location: undefined, headers: new Headers(init?.headers), value }
}
