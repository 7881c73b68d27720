/** The pages as Remix serves them, made of the route modules themselves: no build is needed. */
import { join } from 'node:path'
import type { ServerBuild } from '@remix-run/node'
import { type Pages, pagesOf } from '~/pages-of-build'
import config, { exactRoutes } from '../../remix.config.js'

type Route = { id: string; file: string; path?: string; index?: boolean; parentId?: string; caseSensitive: boolean }

/** Every page of `app/routes`, as the build would have it. */
export const pageRoutes = (): Route[] => Object.values(exactRoutes()) as Route[]

const APP = join(import.meta.dirname, '../../app')

export async function createPages(): Promise<Pages> {
  const root: Route = { id: 'root', file: 'root.tsx', path: '', caseSensitive: true }
  const routes = await Promise.all(
    [root, ...pageRoutes()].map(async (route) => ({ ...route, module: await import(join(APP, route.file)) })),
  )
  const assets = Object.fromEntries(
    routes.map(({ module, ...route }) => [
      route.id,
      {
        ...route,
        module: `/build/${route.id}.js`,
        hasAction: 'action' in module,
        hasLoader: 'loader' in module,
        hasClientAction: false,
        hasClientLoader: false,
        hasErrorBoundary: 'ErrorBoundary' in module,
      },
    ]),
  )
  const build = {
    entry: { module: await import(join(APP, 'entry.server.tsx')) },
    routes: Object.fromEntries(routes.map((route) => [route.id, route])),
    assets: {
      version: '1',
      url: '/build/manifest.js',
      entry: { module: '/build/entry.js', imports: [] },
      routes: assets,
    },
    future: config.future,
    publicPath: '/build/',
    assetsBuildDirectory: 'public/build',
    isSpaMode: false,
    mode: 'production',
  }
  return pagesOf(build as unknown as ServerBuild, 'production')
}
