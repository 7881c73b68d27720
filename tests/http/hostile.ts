/** What tears programs apart: in a field, as a form, as JSON. Few shapes of each kind, as every field of every door gets them. */

/** What a field of a form may hold, and what a body may. */
const FIELD = 32 * 1024
const BODY = 256 * 1024

const filled = (length: number, piece: (at: number) => string): string => {
  let text = ''
  for (let at = 0; text.length < length; at += 1) text += piece(at)
  return text.slice(0, length)
}

const lines = (length: number) => filled(length, (at) => `${at.toString(36)}\n`)
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const members = (count: number) => Array.from({ length: count }, (_, at) => `"${at.toString(36)}":0`).join()

/** Letters of which each is encoded by itself: a host of them costs most. */
const letters = (count: number) => Array.from({ length: count }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('')

export type Shapes = [what: string, text: string][]

/** For a field of a form, as they are sent: what is percent-encoded is no text, or would end a line. */
export const texts: Shapes = [
  ['short words and lines', lines(FIELD / 2).replaceAll('\n', ' ') + lines(FIELD / 2)],
  ['letters with as many marks as they may have', filled(FIELD, () => `a${'\u0315\u0300'.repeat(15)}`)],
  ['hosts without end', `https://${letters(1900)}/\n`.repeat(17)],
  ['half a character, and a line that ends', 'a%ED%A0%80%ff%c3%0d%0aset-cookie:%20b'],
]

/** What of this an address has room for. */
export const shortText = `https://${encodeURI(letters(800))}/%ED%A0%80%ff%c3%0d%0aset-cookie:%20b`

/** Forms that are hostile by the names and the number of their fields. */
export const forms = (name: string): Shapes => [
  ['a huge index', `${name}[50000000]=x`],
  ['a deep name', `${name}${'.a'.repeat(5000)}=x`],
  ['deep brackets', `${name}${'[a]'.repeat(2500)}=x`],
  ['what the library of forms obeys', '__intent__={&__state__={'],
  ['a name of every object', '__proto__=x'],
  ['a NUL', `${name}=a%00`],
  ['fields without end', filled(BODY, (at) => `${at.toString(36)}=&`)],
  ['one field without end', filled(BODY, () => `${name}=x&`)],
  ['a field as long as the body', `${name}=${lines(BODY - 100)}`],
  ['percent signs', '%'.repeat(BODY)],
]

/** For a member of an object, as JSON: what a schema compares, counts and sorts. */
export const values: Shapes = [
  ['a host without end', JSON.stringify(`https://${letters(8000)}/`)],
  ['many texts', JSON.stringify(lines(40_000).split('\n'))],
  ['many objects', `[${Array.from({ length: 4900 }, () => '{"a":0}').join()}]`],
  ['many members', `{${members(1000)}}`],
  ['half a character, and a line that ends', '"a\\ud800\\r\\n"'],
  ['depth, and names of every object', `{"__proto__":${nested(90)},"constructor":{"prototype":{}}}`],
]

/** Bodies that are JSON, or nearly. */
export const bodies: [what: string, body: string | Buffer][] = [
  ['JSON that is only begun', '{"a":'.repeat(50_000)],
  ['many values', `{"a":[${'1,'.repeat(120_000)}1]}`],
  ['many members', `{${members(20_000)}}`],
  ['a long number', `{"a":${'9'.repeat(200_000)}}`],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['null', 'null'],
]
