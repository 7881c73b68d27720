/** The answer to what fails for a moment only, at every door: 503, and when to try again (RFC 9110 §15.6.4). */
import type { FastifyRequest } from 'fastify'
import { isOutage } from '~db/outage'
import { ManagementError, refusalAnswer } from './management/errors'
import { escapeHtml } from './platform/html'
import type { HttpAnswer } from './platform/http'
import { TooManyPasswordChecks } from './platform/passwords'
import { plainPage } from './platform/plain-page'
import { readsPages } from './refused-requests'

const RETRY_AFTER = { 'retry-after': '2' }

/** @returns `undefined` for an error that trying again does not mend */
export function unavailableAnswer(error: unknown, request: FastifyRequest): HttpAnswer | undefined {
  if (isOutage(error)) return answer(request, 'This site cannot reach its data for a moment.')
  if (error instanceof TooManyPasswordChecks) return answer(request, 'Too many people sign in at this moment.')
  return undefined
}

function answer(request: FastifyRequest, why: string): HttpAnswer {
  const { url, id } = request
  const given = (refusal: HttpAnswer) => ({ ...refusal, headers: { ...refusal.headers, ...RETRY_AFTER } })
  if (readsPages(request)) {
    const advice = 'Try again in a few seconds. If you sent a form, go back to it: what you typed is still there.'
    return given(
      plainPage({ status: 503, title: why, advice, details: [['Request id', `<code>${escapeHtml(id)}</code>`]] }),
    )
  }
  const message = `${why} Try again in a few seconds.`
  if (url.startsWith('/api/v2/')) return given(refusalAnswer(new ManagementError(503, 'service_unavailable', message)))
  const body = { error: 'temporarily_unavailable', error_description: message, request_id: id }
  return given({
    status: 503,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  })
}
