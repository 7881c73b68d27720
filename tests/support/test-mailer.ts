import type { Outbox } from '~/domain/mail/outbox'
import type { Mail, Mailer } from '~/platform/mailer'

/** A mailer that keeps what it was given. */
export type TestMailer = Mailer & {
  /** All mails, the oldest first. */
  readonly sent: Mail[]
  /** The newest mail, or the newest to an address. @throws when there is none */
  last(to?: string): Mail
  /** The one link in the newest mail to an address. @throws when there is none */
  link(to?: string): URL
}

export function createTestMailer(): TestMailer {
  const sent: Mail[] = []
  function last(to?: string): Mail {
    const mail = sent.findLast((candidate) => to === undefined || candidate.to === to)
    if (!mail) throw new Error(`no mail was sent${to ? ` to ${to}` : ''}`)
    return mail
  }
  return {
    sent,
    last,
    link: (to) => linkIn(last(to)),
    async send(mail) {
      sent.push(mail)
    },
    async verify() {},
  }
}

/** An outbox for which whoever stores a mail waits: it has been sent when the act that it tells of is done. */
export const sentAtOnce = (outbox: Outbox): Outbox => ({
  ...outbox,
  async wake() {
    await outbox.begin()
    await outbox.idle()
  },
})

/** The first link of a mail. @throws when there is none */
export function linkIn({ subject, text }: Pick<Mail, 'subject' | 'text'>): URL {
  const found = /https?:\/\/[^\s<>"]+/.exec(text)?.[0]
  if (!found) throw new Error(`the mail “${subject}” has no link`)
  return new URL(found)
}
