import { hasAuthenticator } from '~/domain/authenticators/enrol-totp'
import { countUnusedRecoveryCodes } from '~db/queries/authenticators'
import { listOpenSessions, listSignIns } from './activity'
import { type AppWithAccess, findAppWithAccess, listAppsWithAccess } from './apps-with-access'
import type { AccountVisit } from './guard'
import { identitiesCard } from './identities-card'
import { readTenant } from './tenant'

const SIGN_INS_SHOWN = 10

/** The frame of the account area. */
export async function accountFrame({ ctx, user }: AccountVisit) {
  return { tenantName: (await readTenant(ctx)).name, person: { name: user.name, email: user.email } }
}

/** The first page: who the person is here, where they are signed in, and how that went lately. */
export async function profilePage({ ctx, user, session }: AccountVisit) {
  const [sessions, signIns, apps] = await Promise.all([
    listOpenSessions(ctx, user, session),
    listSignIns(ctx, user.userId, SIGN_INS_SHOWN),
    listAppsWithAccess(ctx, user.userId),
  ])
  return {
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerified,
    memberSince: user.createdAt,
    appCount: apps.length,
    sessions,
    signIns,
  }
}

export const appsPage = async ({ ctx, user }: AccountVisit): Promise<{ apps: AppWithAccess[] }> => ({
  apps: await listAppsWithAccess(ctx, user.userId),
})

/** @throws a 404 answer for an app that has nothing of this person */
export async function appPage({ ctx, user }: AccountVisit, clientId: string | undefined): Promise<AppWithAccess> {
  const app = await findAppWithAccess(ctx, user.userId, clientId)
  if (!app)
    throw new Response('This app has no access to your account. It may have been removed already.', { status: 404 })
  return app
}

export const securityPage = async ({ ctx, user, session }: AccountVisit) => ({
  email: user.email,
  identities: await identitiesCard(ctx, user, session),
  passwordChangedAt: user.passwordChangedAt,
  secondFactor: {
    isSetUp: await hasAuthenticator(ctx, user.userId),
    unusedRecoveryCodes: await countUnusedRecoveryCodes(ctx.db, user.userId),
  },
})
