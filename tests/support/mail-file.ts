import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'

export type ReceivedMail = { to: string; subject: string; text: string }

/** The mails of a folder, as the program writes them where it has no mail server; the oldest first. */
export function readMails(folder: string): Promise<ReceivedMail[]> {
  if (!existsSync(folder)) return Promise.resolve([])
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'))
  return Promise.all(files.sort().map((name) => readMail(join(folder, name))))
}

async function readMail(path: string): Promise<ReceivedMail> {
  const { to, subject, text } = await PostalMime.parse(readFileSync(path))
  return { to: to?.[0]?.address ?? '', subject: subject ?? '', text: text ?? '' }
}
