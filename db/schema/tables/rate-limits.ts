import type { ColumnKit } from '../columns'

export function rateLimitTables(c: ColumnKit) {
  /** Attempts that have to be counted over all nodes, and that people who run the tenant can look at and forgive. */
  const attempts = c.table(
    'attempts',
    {
      /** What was attempted: the name of the limit. */
      name: c.text().notNull(),
      /** Whose account, or which network: what the limit is for. */
      subject: c.text().notNull(),
      /** The network that the attempts came from, where each has a count of its own; else empty. */
      origin: c.text().notNull(),
      points: c.int().notNull(),
      /** No points are left: everything is refused until it expires. */
      isBlocked: c.bool().notNull(),
      expiresAt: c.time().notNull(),
    },
    (t) => [c.primaryKey({ columns: [t.name, t.subject, t.origin] }), c.index('attempts_expires').on(t.expiresAt)],
  )
  return { attempts }
}
