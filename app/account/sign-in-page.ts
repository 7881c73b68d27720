import type { AppContext } from '~/context'
import { accountConnectionForSignUp, connectionForSignUp } from '~/domain/connections/account-connections'
import { requestQuery } from './answer-forms'
import type { AuthorizationVisit } from './guard'
import { readTenant } from './tenant'

/** The app that a person is about to sign in to. */
export type AppLine = { name: string; organization: string | null }

/** What the sign-in and sign-up pages show, inside an authorization and outside of one. */
export type EntrancePage = {
  tenant: { name: string; supportEmail: string | null; supportUrl: string | null }
  app: AppLine | null
  /** Ways to sign in that lead to another site. */
  federated: { name: string; label: string }[]
  loginHint: string | undefined
  /** The addresses of the neighbouring pages; no sign-up where accounts are not made by people themselves. */
  links: { signIn: string; signUp: string | null; resetPassword: string }
}

/** The pages of an authorization keep its request in their addresses. */
export async function entranceOfAuthorization({ ctx, pending }: AuthorizationVisit): Promise<EntrancePage> {
  const { client, partner, connections, request } = pending
  const query = requestQuery(request.id)
  return {
    tenant: await readTenant(ctx),
    app: { name: client.name, organization: partner?.name ?? null },
    federated: connections
      .filter(({ strategy }) => strategy !== 'auth0')
      .map(({ name, displayName }) => ({ name, label: displayName ?? name })),
    loginHint: request.params.login_hint?.slice(0, 254),
    links: {
      signIn: `/u/login${query}`,
      signUp: connectionForSignUp(connections) ? `/u/signup${query}` : null,
      resetPassword: `/u/reset-password${query}`,
    },
  }
}

/** @param continueTo the page of the account area to which the person goes on */
export async function entranceOfAccount(ctx: AppContext, continueTo: string): Promise<EntrancePage> {
  const query = continueTo === '/account' ? '' : `?continue=${encodeURIComponent(continueTo)}`
  return {
    tenant: await readTenant(ctx),
    app: null,
    federated: [],
    loginHint: undefined,
    links: {
      signIn: `/account/sign-in${query}`,
      signUp: (await accountConnectionForSignUp(ctx)) ? `/account/sign-up${query}` : null,
      resetPassword: '/u/reset-password',
    },
  }
}
