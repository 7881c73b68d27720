/** Forms in both their encodings, counted before they are read: each field costs an object. */

/** What is wrong with a form, as a sentence. */
export class FormProblem extends Error {}

/** @throws FormProblem for what is no form, or has more fields than `maxFields` */
export async function readFormBody(body: Buffer, contentType: string, maxFields: number): Promise<FormData> {
  if (hasMore(body, separatorOf(contentType), maxFields))
    throw new FormProblem(`The form has more than ${maxFields} fields.`)
  return new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new FormProblem('The form could not be read.')
  })
}

/** What stands before or between the fields: the boundary (RFC 2046 §5.1.1), else an ampersand. */
function separatorOf(contentType: string): string {
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  return boundary ? `--${boundary[1] ?? boundary[2]}` : '&'
}

/** Whether a separator stands in a text more often than it may. */
export function hasMore(text: Buffer | string, separator: string, most: number): boolean {
  let count = 0
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + separator.length)) {
    count += 1
    if (count > most) return true
  }
  return false
}
