/** Reads the `.eml` files that the program writes where it has no mail server (RFC 5322, RFC 2045). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type ReceivedMail = { to: string; subject: string; text: string }

/** The mails of a folder, the oldest first. */
export function readMails(folder: string): ReceivedMail[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'))
  return files.sort().map((name) => parseMail(readFileSync(join(folder, name), 'utf8')))
}

export function parseMail(source: string): ReceivedMail {
  const mail = parsePart(source)
  const boundary = /boundary="([^"]+)"/.exec(mail.headers['content-type'] ?? '')?.[1]
  const parts = boundary
    ? mail.body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => parsePart(part.trimStart()))
    : [mail]
  const text = parts.find(({ headers }) => (headers['content-type'] ?? 'text/plain').startsWith('text/plain'))
  return {
    to: mail.headers.to ?? '',
    subject: decodeWords(mail.headers.subject ?? ''),
    text: text ? decodeBody(text.body, text.headers['content-transfer-encoding']) : '',
  }
}

function parsePart(source: string): { headers: Record<string, string>; body: string } {
  const end = source.indexOf('\n\n')
  const lines = source
    .slice(0, end)
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { headers: Object.fromEntries(headers), body: source.slice(end + 2) }
}

function decodeBody(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding === 'quoted-printable') return unquote(body.replaceAll('=\n', ''))
  return body
}

/** RFC 2047: words of a header that are not ASCII. */
const decodeWords = (header: string): string =>
  header
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_word, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : unquote(text.replaceAll('_', ' ')),
    )

const unquote = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/[^\x20-\x7e\n]/g, encodeURIComponent)
      .replaceAll(/=([0-9A-F]{2})/g, (_code, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
