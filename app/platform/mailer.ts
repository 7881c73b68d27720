import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import type { Clock } from './clock'
import { MINUTE, SECOND } from './durations'
import type { Log } from './log'

/** `from` stands in place of the sender that the program has. */
export type Mail = { from?: string; to: string; subject: string; text: string; html: string }

/** The mail server takes no mail to this address, today or later. */
export class RecipientRefused extends Error {}

/**
 * Sends a mail, within two minutes. An attempt that is made again has the same id, by which a reader's program can know a
 * mail that came twice.
 * @throws RecipientRefused, or any other error, after which it may be tried again
 */
export type Mailer = {
  send(mail: Mail, id: string): Promise<void>
  /** Signs in at the mail server, or looks at the folder, and sends nothing. @throws when it cannot be used */
  verify(): Promise<void>
}

type MailerOptions = { smtpUrl: string | undefined; from: string; folder: string; log: Log; clock: Clock }

const PATIENCE = {
  dnsTimeout: 10 * SECOND,
  connectionTimeout: 10 * SECOND,
  greetingTimeout: 10 * SECOND,
  socketTimeout: 30 * SECOND,
}
const LONGEST = 2 * MINUTE
/** No program answers it: neither who is out of office nor another one like ours (RFC 3834 §5). */
const headers = { 'Auto-Submitted': 'auto-generated' }

/** By SMTP where there is a server, else as one `.eml` file a mail. */
export function createMailer({ smtpUrl, from, folder, log, clock }: MailerOptions): Mailer {
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost'
  const idOf = (id: string) => `<${id}@${domain}>`
  if (smtpUrl) {
    const transport = nodemailer.createTransport({
      url: smtpUrl,
      requireTLS: isEncryptionRequired(smtpUrl),
      ...PATIENCE,
    })
    return {
      async send(mail, id) {
        await inTime(transport.sendMail({ from, messageId: idOf(id), headers, ...mail })).catch((thrown) => {
          const error = withoutAddress(thrown, mail.to)
          throw isRecipientRefused(error) ? new RecipientRefused(error.message, { cause: error }) : error
        })
      },
      verify: async () => void (await inTime(transport.verify())),
    }
  }
  const writer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  let count = 0
  return {
    async send(mail, id) {
      mkdirSync(folder, { recursive: true })
      const { message } = await writer.sendMail({ from, messageId: idOf(id), headers, ...mail })
      count += 1
      const path = join(folder, `${clock.now()}-${String(count).padStart(4, '0')}.eml`)
      writeFileSync(path, message as Buffer, { mode: 0o600 })
      log.info({ path, subject: mail.subject }, 'there is no SMTP_URL: the mail was written to a file')
    },
    async verify() {
      mkdirSync(folder, { recursive: true })
      accessSync(folder, constants.W_OK)
    },
  }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Neither the password nor a link goes through a network in the clear, unless the URL says so. */
function isEncryptionRequired(smtpUrl: string): boolean {
  const { hostname, searchParams } = new URL(smtpUrl)
  return !LOOPBACK.has(hostname) && searchParams.get('requireTLS') !== 'false'
}

/** A server that answers a little at a time would otherwise be waited for without an end. */
async function inTime<T>(sending: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the mail server took too long')), LONGEST)
  })
  return Promise.race([sending, late]).finally(() => clearTimeout(timer))
}

/** Servers repeat the address in what they answer, and what they answer is logged. */
function withoutAddress(error: Error & { response?: string }, address: string): typeof error {
  const pattern = new RegExp(address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi')
  const hide = (text = '') => text.replaceAll(pattern, 'the recipient')
  return Object.assign(new Error(hide(error.message)), {
    ...error,
    stack: hide(error.stack),
    response: hide(error.response),
  })
}

/** A final no to the address itself (RFC 3463 §3.2: 5.1.x); other final answers are of a server that takes nothing from us. */
const isRecipientRefused = ({ response = '' }: { response?: string }): boolean => /^5\d\d[ -]5\.1\.\d/.test(response)
