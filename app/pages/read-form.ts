/** The form that a page was sent. @throws a 403 or 413 `Response` for what is no form of ours */
import type { Encryption } from '~/platform/encryption'
import { FORM_TOKEN_FIELD, isFormToken } from '~/platform/form-token'

export async function readPageForm(
  given: Request,
  { encryption, request: { visitorIds } }: { encryption: Encryption; request: { visitorIds: readonly string[] } },
  about?: string,
): Promise<FormData> {
  const form = await given.formData().catch(() => {
    throw new Response('The form could not be read. Go back and send it again.', { status: 400 })
  })
  // PostgreSQL takes no NUL, and no field has a use for one.
  if ([...form.values()].some((value) => String(value).includes('\0')))
    throw new Response('A field holds a character that cannot be used. Go back and type it anew.', { status: 400 })
  if (!isFormToken(encryption, visitorIds, form.get(FORM_TOKEN_FIELD), about)) {
    throw new Response('This form is out of date. Go back, reload the page and send it again.', { status: 403 })
  }
  return form
}
