import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import type { Clock } from './clock'
import type { Log } from './log'

/** `from` stands in place of the sender that the program has. */
export type Mail = { from?: string; to: string; subject: string; text: string; html: string }

/** Sends a mail. A failure is logged and not thrown: what caused the mail has happened already. */
export type Mailer = { send(mail: Mail): Promise<void> }

type MailerOptions = { smtpUrl: string | undefined; from: string; folder: string; log: Log; clock: Clock }

/** By SMTP where there is a server, else as one `.eml` file a mail. */
export function createMailer({ smtpUrl, from, folder, log, clock }: MailerOptions): Mailer {
  if (smtpUrl) {
    const transport = nodemailer.createTransport(smtpUrl)
    return {
      // Nobody waits for the mail server: how long it takes would tell whether there was somebody to write to.
      async send(mail) {
        transport
          .sendMail({ from, ...mail })
          .catch((error) => log.error({ err: error, subject: mail.subject }, 'a mail was not sent'))
      },
    }
  }
  const writer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  let count = 0
  return {
    async send(mail) {
      mkdirSync(folder, { recursive: true })
      const { message } = await writer.sendMail({ from, ...mail })
      count += 1
      const path = join(folder, `${clock.now()}-${String(count).padStart(4, '0')}.eml`)
      writeFileSync(path, message as Buffer, { mode: 0o600 })
      log.info({ path, subject: mail.subject }, 'there is no SMTP_URL: the mail was written to a file')
    },
  }
}
