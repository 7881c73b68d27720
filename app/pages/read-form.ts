import { redirect } from '@remix-run/node'
import type { Encryption } from '~/platform/encryption'
import { FormProblem, readFormBody } from '~/platform/form-body'
import { FORM_TOKEN_FIELD, type Holder, isFormToken, isMadeFor } from '~/platform/form-token'
import { MADE_FOR_ANOTHER } from '~/ui/made-for-another'
import { pageOf } from './acts'

/** The largest form of ours has 500 scopes of five fields. */
const MAX_FIELDS = 2600
/** Of boxes that can be ticked under one name. */
const MAX_VALUES = 100
const MAX_VALUE_LENGTH = 32 * 1024

/**
 * The names of our fields: `name`, `options.client_secret`, `scopes[12].reason`. Whatever else a stranger makes up would
 * have the library build a list of any length, an object of any depth, or obey an intent of its own.
 */
const FIELD_NAME = /^[a-zA-Z]\w{0,49}(\[\d{1,3}\])?(\.[a-zA-Z]\w{0,49}){0,2}$/

/**
 * The form that a page was sent.
 * @param options.by who is signed in now, where the form acts for them: one that was made for another person changes nothing
 * @param options.about what the form decides on alone
 * @throws a 400 or 403 `Response` for what is no form of ours; a redirect that shows the page again, with a sentence
 *   about it, where it was made for another person
 */
export async function readPageForm(
  given: Request,
  { encryption, request: { visitorIds } }: { encryption: Encryption; request: { visitorIds: readonly string[] } },
  { by, about }: { by?: Holder; about?: string } = {},
): Promise<FormData> {
  const form = await readFields(given)
  const token = form.get(FORM_TOKEN_FIELD)
  if (!isFormToken(encryption, visitorIds, token, about)) {
    throw new Response('This form is out of date. Go back, reload the page and send it again.', { status: 403 })
  }
  if (by && !isMadeFor(encryption, token, by)) {
    const page = pageOf(given)
    throw redirect(`${page}${page.includes('?') ? '&' : '?'}notice=${MADE_FOR_ANOTHER}`, { status: 303 })
  }
  return form
}

async function readFields(request: Request): Promise<FormData> {
  const body = Buffer.from(await request.arrayBuffer())
  const form = await readFormBody(body, request.headers.get('content-type') ?? '', MAX_FIELDS).catch((error) => {
    if (error instanceof FormProblem) throw refused(`${error.message} Go back and send it again.`)
    throw error
  })
  const counts = new Map<string, number>()
  for (const [name, value] of form) {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    if (!FIELD_NAME.test(name) || typeof value !== 'string')
      throw refused('The form has a field that its page does not have. Go back, reload the page and send it again.')
    if (value.length > MAX_VALUE_LENGTH)
      throw refused(
        `The field ${name} is too long: write at most ${MAX_VALUE_LENGTH} characters. Go back and shorten it.`,
      )
    // PostgreSQL takes no NUL, and no field has a use for one.
    if (value.includes('\0')) throw refused('A field holds a character that cannot be used. Go back and type it anew.')
  }
  if (Math.max(0, ...counts.values()) > MAX_VALUES)
    throw refused(`The form has a field more than ${MAX_VALUES} times. Go back and send it again.`)
  return form
}

const refused = (sentence: string) => new Response(sentence, { status: 400 })
