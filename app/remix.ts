/** Remix with every page. It is loaded when a page is opened first: programs are answered without it. */
import * as build from '@remix-run/dev/server-build'
import { broadcastDevReady } from '@remix-run/node'
import { pagesOf } from './pages-of-build'

export const pages = pagesOf(build as never, process.env.NODE_ENV)

/** Ends the wait of `npm run dev`, which then reloads the pages that are open. */
export const sayDevReady = (): Promise<void> => broadcastDevReady(build as never)
