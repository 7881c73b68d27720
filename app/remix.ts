/** Remix with every page. It is loaded when a page is opened first: programs are answered without it. */
import * as build from '@remix-run/dev/server-build'
import { broadcastDevReady, createRequestHandler } from '@remix-run/node'
import type { PageHandler } from './application'

export const answerPage = createRequestHandler(build as never, process.env.NODE_ENV) as unknown as PageHandler

/** Ends the wait of `npm run dev`, which then reloads the pages that are open. */
export const sayDevReady = (): Promise<void> => broadcastDevReady(build as never)
