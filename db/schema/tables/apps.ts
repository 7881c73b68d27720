import type { ColumnKit } from '../columns'
import type { clientTables, ScopeRequest } from './clients'
import type { partnerTables } from './partners'

/** What a partner proposes and an owner approves: all that a person or the authorization server will see of an app. */
export type AppManifest = {
  name: string
  description: string
  homepageUri: string | null
  privacyPolicyUri: string | null
  termsUri: string | null
  callbacks: string[]
  allowedLogoutUrls: string[]
  webOrigins: string[]
  backchannelLogoutUris: string[]
  /** What it uses besides the flow that its type has. */
  extraGrantTypes: string[]
  idTokenAlg: 'RS256' | 'HS256'
  scopeRequests: ScopeRequest[]
}

/** `draft` is the one that can be edited; of an app there is at most one that is `draft`, `submitted` or sent back. */
export type VersionState = 'draft' | 'submitted' | 'changes_requested' | 'rejected' | 'approved' | 'superseded'

export function appTables(
  c: ColumnKit,
  { clients }: ReturnType<typeof clientTables>,
  { partners }: ReturnType<typeof partnerTables>,
) {
  /** A client that a partner owns. */
  const apps = c.table(
    'apps',
    {
      clientId: c
        .text()
        .primaryKey()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      partnerId: c
        .text()
        .notNull()
        .references(() => partners.id, { onDelete: 'cascade' }),
      liveVersionId: c.text(),
      proposedVersionId: c.text(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
    },
    (t) => [
      c.index('apps_partner').on(t.partnerId, t.createdAt, t.clientId),
      c.index('apps_created_at').on(t.createdAt, t.clientId),
    ],
  )

  /** The programs of a partner that manage its apps; each is a client that can do nothing else. */
  const partnerApiClients = c.table(
    'partner_api_clients',
    {
      clientId: c
        .text()
        .primaryKey()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      partnerId: c
        .text()
        .notNull()
        .references(() => partners.id, { onDelete: 'cascade' }),
      /** The id of the member who was shown its newest secret; the id outlives the membership. */
      secretKnownTo: c.text(),
      createdAt: c.time().notNull(),
    },
    (t) => [c.index('partner_api_clients_partner').on(t.partnerId, t.createdAt)],
  )

  const appVersions = c.table(
    'app_versions',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      number: c.int().notNull(),
      state: c.text().$type<VersionState>().notNull(),
      manifest: c.json<AppManifest>().notNull(),
      /** How often it was submitted. */
      submissions: c.int().notNull(),
      /** What the reviewers had read when they sent it back. */
      sentBackManifest: c.json<AppManifest>(),
      createdAt: c.time().notNull(),
      updatedAt: c.time().notNull(),
      submittedAt: c.time(),
      submittedBy: c.text(),
      decidedAt: c.time(),
      decidedBy: c.text(),
    },
    (t) => [
      c.unique('app_versions_number').on(t.clientId, t.number),
      c.index('app_versions_state').on(t.state, t.submittedAt),
    ],
  )

  /** The conversation of a review: what the partner and the owners said, in order. */
  const reviewMessages = c.table(
    'review_messages',
    {
      id: c.text().primaryKey(),
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      versionId: c
        .text()
        .notNull()
        .references(() => appVersions.id, { onDelete: 'cascade' }),
      authorId: c.text().notNull(),
      authorSide: c.text().$type<'partner' | 'tenant'>().notNull(),
      act: c
        .text()
        .$type<'submit' | 'withdraw' | 'approve' | 'request_changes' | 'reject' | 'suspend' | 'reinstate'>()
        .notNull(),
      message: c.text().notNull(),
      createdAt: c.time().notNull(),
    },
    (t) => [c.index('review_messages_client').on(t.clientId, t.createdAt)],
  )

  /**
   * End users who may use an app before it is approved: named by e-mail address, in lower case, and testers once they have
   * said yes with the account of `userId`.
   */
  const appTesters = c.table(
    'app_testers',
    {
      clientId: c
        .text()
        .notNull()
        .references(() => clients.clientId, { onDelete: 'cascade' }),
      email: c.text().notNull(),
      /** Of the link that was mailed to the address. */
      ticketHash: c.text(),
      userId: c.text(),
      acceptedAt: c.time(),
      createdAt: c.time().notNull(),
    },
    (t) => [c.primaryKey({ name: 'app_testers_key', columns: [t.clientId, t.email] })],
  )
  return { apps, partnerApiClients, appVersions, reviewMessages, appTesters }
}
