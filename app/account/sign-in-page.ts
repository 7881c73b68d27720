import type { AppContext } from '~/context'
import {
  accountConnectionForSignUp,
  accountConnections,
  connectionForSignUp,
  databasesOf,
} from '~/domain/connections/account-connections'
import { isFederated } from '~/domain/connections/provider-of-connection'
import { readTexts } from '~/domain/tenant/custom-texts'
import type { Prompt, TextsOf } from '~/domain/tenant/page-texts'
import { describePasswordRules, passwordRulesOf } from '~/domain/users/password-rules'
import { lookUp } from '~/platform/look-up'
import type { Connection } from '~db/queries/connections'
import { requestQuery } from './answer-forms'
import { continueAt } from './continue-at'
import type { AuthorizationVisit } from './guard'
import { readTenant } from './tenant'

/** The app that a person is about to sign in to. */
export type AppLine = { name: string; organization: string | null }

/** What the sign-in and sign-up pages show, inside an authorization and outside of one. */
export type EntrancePage<P extends Prompt = Prompt> = {
  texts: TextsOf<P>
  tenant: { name: string; supportEmail: string | null; supportUrl: string | null }
  app: AppLine | null
  /** Ways to sign in that lead to another site. */
  federated: { name: string; label: string }[]
  /** Whether there is a database of passwords to sign in at. */
  hasPassword: boolean
  /** What a password has to have where people make an account. */
  passwordRules: string | null
  /** What became of a sign-in at another site from which the person is back. */
  problem: string | null
  loginHint: string | undefined
  /** The addresses of the neighbouring pages; no sign-up where accounts are not made by people themselves. */
  links: { signIn: string; signUp: string | null; resetPassword: string }
}

const PROBLEMS = {
  cancelled: 'The sign-in was cancelled. Try again, or sign in another way.',
  unavailable: 'The other site cannot sign you in at present. Try again in a few minutes, or sign in another way.',
} as const

export type SignInProblem = keyof typeof PROBLEMS

function problemOf(url: string): string | null {
  const name = new URL(url).searchParams.get('problem') ?? ''
  return lookUp<string>(PROBLEMS, name) ?? null
}

const waysToSignIn = (connections: Connection[], forSignUp: Connection | undefined) => ({
  passwordRules: forSignUp ? describePasswordRules(passwordRulesOf(forSignUp.options)) : null,
  federated: connections
    .filter((connection) => isFederated(connection) && connection.showAsButton)
    .map(({ name, displayName }) => ({ name, label: displayName ?? name })),
  hasPassword: databasesOf(connections).length > 0,
})

/** The pages of an authorization keep its request in their addresses. */
export async function entranceOfAuthorization<P extends Prompt>(
  { ctx, pending: { client, partner, connections, request } }: AuthorizationVisit,
  { url }: Request,
  prompt: P,
): Promise<EntrancePage<P>> {
  const query = requestQuery(request.id)
  const forSignUp = connectionForSignUp(connections)
  return {
    texts: await readTexts(ctx, prompt, client.name),
    tenant: await readTenant(ctx),
    app: { name: client.name, organization: partner?.name ?? null },
    ...waysToSignIn(connections, forSignUp),
    problem: problemOf(url),
    loginHint: request.params.login_hint?.slice(0, 254),
    links: {
      signIn: `/u/login${query}`,
      signUp: forSignUp ? `/u/signup${query}` : null,
      resetPassword: `/u/reset-password${query}`,
    },
  }
}

/** The page that it leads to is named in its address. */
export async function entranceOfAccount<P extends Prompt>(
  ctx: AppContext,
  request: Request,
  prompt: P,
): Promise<EntrancePage<P>> {
  const continueTo = continueAt(request)
  const query = continueTo === '/account' ? '' : `?continue=${encodeURIComponent(continueTo)}`
  const forSignUp = await accountConnectionForSignUp(ctx)
  return {
    texts: await readTexts(ctx, prompt, undefined),
    tenant: await readTenant(ctx),
    app: null,
    ...waysToSignIn(await accountConnections(ctx), forSignUp),
    problem: problemOf(request.url),
    loginHint: undefined,
    links: {
      signIn: `/account/sign-in${query}`,
      signUp: forSignUp ? `/account/sign-up${query}` : null,
      resetPassword: '/u/reset-password',
    },
  }
}
