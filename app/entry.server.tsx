import { PassThrough } from 'node:stream'
import { type AppLoadContext, createReadableStreamFromReadable, type EntryContext } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { logFailure } from './domain/audit/log-failure'
import { NonceContext } from './ui/nonce'

const ABORT_AFTER = 10_000

/** Streams a page; crawlers get it whole. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  { nonce, log }: AppLoadContext,
): Promise<Response> {
  const isCrawler = isbot(request.headers.get('user-agent') ?? '')
  let current = status
  return new Promise((resolve, reject) => {
    let isSent = false
    const body = new PassThrough()
    const send = () => {
      isSent = true
      headers.set('content-type', 'text/html; charset=utf-8')
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: current }))
      pipe(body)
    }
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <RemixServer context={remixContext} url={request.url} nonce={nonce} abortDelay={ABORT_AFTER} />
      </NonceContext.Provider>,
      {
        nonce,
        [isCrawler ? 'onAllReady' : 'onShellReady']: send,
        onShellError: reject,
        onError(error: unknown) {
          current = 500
          // A reader who goes away closes the stream, and is no failure of ours.
          if (isSent && !body.destroyed) log.error({ err: error }, 'a page could not be rendered whole')
        },
      },
    )
    setTimeout(abort, ABORT_AFTER).unref()
  })
}

/** What a loader or an action threw and nobody expected; an address without a page is expected. */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }): void {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return
  context.failure ??= error
  const about = { requestId: context.request.id, path: new URL(request.url).pathname }
  logFailure(context.log, error, 'a page failed', about)
}
