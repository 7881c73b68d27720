import { z } from 'zod'
import { linkProblem } from '~/domain/clients/client-links'
import { displayText } from '~/domain/users/user-fields'

/** The rules of servers that are told of events; forms and API bodies compose them. */

/** There are no more of each kind: one request goes to each at a time, so this bounds the requests. */
export const MAX_LOG_STREAMS = 20
export const MAX_WEBHOOKS = 50

export const receiverName = displayText('a name', 100)

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/|$)/

/** Where events are sent: https, or a program on this machine. */
export const receiverUrl = z
  .string({ error: 'Enter the address of your server.' })
  .trim()
  .superRefine((value, ctx) => {
    const problem = value.includes('#')
      ? 'Leave out the fragment: the # and everything behind it.'
      : linkProblem(LOOPBACK.test(value) ? value.replace(/^http:/, 'https:') : value)
    if (problem) ctx.addIssue(problem)
  })

export const receiverStatus = z.enum(['active', 'paused'])

/** Headers that say how a request is carried, or that we sign: they are ours to set. */
const OURS =
  /^(host|connection|content-length|content-type|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*|webhook-.*)$/i

export const headerName = z
  .string()
  .max(100)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'Use letters, digits and hyphens in the name of a header')
  .refine((name) => !OURS.test(name), 'This header is set by the server')

/** What a header may hold (RFC 9110 §5.5); no line breaks, which would begin another one. */
export const headerValue = z
  .string()
  .max(2000)
  .regex(/^[\u0020-\u007e]*$/, 'Use ASCII characters in the value of a header')

export const mediaType = z
  .string()
  .max(100)
  .regex(/^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/, 'Write a media type such as application/json')
