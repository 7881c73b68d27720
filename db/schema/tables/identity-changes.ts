import type { ColumnKit } from '../columns'
import type { IdentityProfile, userTables } from './users'

/** An account that was linked to another, as it was: what is needed to make it an account of its own again. */
export type KeptAccount = {
  user: ReturnType<typeof userTables>['users']['$inferSelect']
  identities: { id: string; profile: IdentityProfile | null; linkedAt: number | null }[]
}

/** What was changed about how a person signs in, until it can no longer be undone; of an app of others from its question on. */
export function identityChangeTables(c: ColumnKit, { users }: ReturnType<typeof userTables>) {
  const identityChanges = c.table(
    'identity_changes',
    {
      id: c.text().primaryKey(),
      /** None where it was done on the person's own page. No reference: what an app did can be undone once it is deleted. */
      clientId: c.text(),
      /** Whose account gains a way to sign in, or loses one. */
      userId: c
        .text()
        .notNull()
        .references(() => users.userId, { onDelete: 'cascade' }),
      change: c.text().$type<'link' | 'unlink'>().notNull(),
      /** The account to link, or the identity to unlink: in both cases the id that it has as an account of its own. */
      subject: c.text().notNull(),
      /** When the person said yes, signed in to the account. */
      allowedAt: c.time(),
      /** When they said yes once more, signed in to the account that is to be linked. */
      allowedBySubjectAt: c.time(),
      doneAt: c.time(),
      /** SHA-256 of the link by which it is undone. */
      undoHash: c.text(),
      kept: c.json<KeptAccount>(),
      createdAt: c.time().notNull(),
      /** Until when it can be answered and done; once it is done, until when it can be undone. */
      expiresAt: c.time().notNull(),
    },
    (t) => [
      c.unique('identity_changes_undo').on(t.undoHash),
      c.index('identity_changes_user').on(t.userId, t.clientId),
      c.index('identity_changes_expires').on(t.expiresAt),
    ],
  )
  return { identityChanges }
}
