import type { ColumnKit } from '../columns'

export function mailTables(c: ColumnKit) {
  /** Mails that are still to be sent; one that was sent, or given up, has no row. */
  const mails = c.table(
    'mails',
    {
      /** Sorts by time; the `Message-ID` is made of it. */
      id: c.text().primaryKey(),
      /** To whom, and what: a mail can hold a one-time link. */
      encryptedMail: c.ciphertext().notNull(),
      attempts: c.int().notNull(),
      /** While a node is at it, when the others may take it to be dead. */
      nextAttemptAt: c.time().notNull(),
      lastError: c.text(),
      createdAt: c.time().notNull(),
    },
    (t) => [c.index('mails_next').on(t.nextAttemptAt)],
  )
  return { mails }
}
