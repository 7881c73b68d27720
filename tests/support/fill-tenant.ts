import { newClientRow } from '~/domain/clients/new-client'
import { userOfIdentity } from '~/domain/identities/identity-profile'
import type { Database } from '~db/database'
import { listDomainConnections } from '~db/queries/connections'

const CHUNK = 500

/** Adds that many third-party clients, and people who let one of them each have a refresh token. */
export async function fillTenant(db: Database, many: number, now: number): Promise<void> {
  const { sql, t } = db.handle
  const [connection] = await listDomainConnections(db, {})
  for (let from = 0; from < many; from += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, many - from) }, (_, index) =>
      rowsOf(from + index, now, connection?.id ?? ''),
    )
    const all = <Kind extends keyof (typeof rows)[number]>(kind: Kind) => rows.map((row) => row[kind])
    await sql.insert(t.clients).values(all('client'))
    await sql.insert(t.users).values(all('user'))
    await sql.insert(t.identities).values(all('identity'))
    await sql.insert(t.grants).values(all('grant'))
    await sql.insert(t.tokenFamilies).values(all('family'))
    await sql.insert(t.refreshTokens).values(all('refreshToken'))
  }
}

function rowsOf(number: number, now: number, connectionId: string) {
  // Some in one millisecond, as programs make them.
  const createdAt = now + Math.floor(number / 7)
  const clientId = `many-${number}`
  const userId = `auth0|many-${number}`
  const email = `person.${number}@many.example`
  const identity = {
    id: `idn_many_${number}`,
    userId,
    connectionId,
    provider: 'auth0',
    providerUserId: `many-${number}`,
    issuer: null,
    login: email,
    passwordHash: null,
    profile: null,
    linkedAt: null,
    createdAt,
  }
  const profile = {
    email,
    emailVerified: number % 2 === 0,
    name: `Person ${number}`,
    nickname: null,
    givenName: null,
    familyName: null,
    picture: null,
    locale: null,
  }
  const allowed = { userId, clientId, audience: 'https://many.example/', scope: ['read:things'], createdAt }
  const grantId = `grt_many_${number}`
  const familyId = `fam_many_${number}`
  return {
    client: {
      ...newClientRow(createdAt, { name: `Client ${number}`, appType: 'spa', isFirstParty: false }),
      clientId,
    },
    user: userOfIdentity(identity, profile, createdAt),
    identity,
    grant: { ...allowed, id: grantId, updatedAt: createdAt, lastUsedAt: null },
    family: {
      ...allowed,
      id: familyId,
      grantId,
      sessionId: null,
      authTime: createdAt,
      amr: ['pwd'],
      dpopJkt: null,
      deviceCredentialId: null,
      lastUsedAt: createdAt,
      revokedAt: null,
      metadata: null,
    },
    refreshToken: {
      tokenHash: `hash-many-${number}`,
      familyId,
      createdAt,
      expiresAt: null,
      idleExpiresAt: null,
      rotatedAt: null,
    },
  }
}
