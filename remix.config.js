import { join } from 'node:path'
import { UNSAFE_flatRoutes as flatRoutes } from '@remix-run/dev'

/** The pages, each at one spelling of its address: the library would take any case. */
export function exactRoutes() {
  const routes = flatRoutes(join(import.meta.dirname, 'app'), ['**/.*', '**/*.test.{ts,tsx}'])
  return Object.fromEntries(Object.entries(routes).map(([id, route]) => [id, { ...route, caseSensitive: true }]))
}

/** @type {import('@remix-run/dev').AppConfig} */
export default {
  server: './app/main.ts',
  serverBuildPath: 'build/index.js',
  serverModuleFormat: 'esm',
  // One file is read many times faster than the two thousand of the packages. Native code cannot be in it.
  serverDependenciesToBundle:
    process.env.NODE_ENV === 'production' ? [/^(?!better-sqlite3|@node-rs\/|pg-native)/] : ['lucide-react'],
  ignoredRouteFiles: ['**/*'],
  routes: exactRoutes,
  postcss: true,
  tailwind: false,
  future: {
    v3_fetcherPersist: true,
    v3_relativeSplatPath: true,
    v3_throwAbortReason: true,
    v3_singleFetch: true,
    // One small request to /__manifest would cost a second of CPU (CVE-2026-55685).
    v3_lazyRouteDiscovery: false,
  },
}
