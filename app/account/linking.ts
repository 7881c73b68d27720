/** The page at which a person answers an app that asks to link two accounts, or to unlink one. */
import { redirect } from '@remix-run/node'
import { allowChange, denyChange, findAskedChange, isAllowed, type Side } from '~/domain/identities/asked-change'
import { partsOf } from '~/domain/identities/identity-profile'
import { requireUnlinkable } from '~/domain/identities/unlink-identity'
import type { Acts } from '~/pages/acts'
import { describeRefusal } from '~/pages/form-answers'
import { DomainError } from '~/platform/errors'
import { changedSince, digestShown, readAgain, type ShownParts } from '~/platform/shown'
import { findPartnerOfClient } from '~db/queries/apps'
import { findClient } from '~db/queries/clients'
import type { IdentityChange } from '~db/queries/identity-changes'
import { findUser } from '~db/queries/users'
import type { AccountVisit, FormVisit } from './guard'
import { done } from './notices'

/** An account as the page names it. */
export type NamedAccount = { name: string; email: string | null; isHere: boolean; hasSaidYes: boolean }

export type LinkingPage =
  | { problem: string }
  | {
      problem: null
      change: IdentityChange['change']
      app: { name: string; organization: string | null }
      /** The account that stays, and the other one: that ends, or is one of its own again. */
      account: NamedAccount
      other: NamedAccount
      isDecided: boolean
      /** Stands for all of this: a yes sends it along. */
      shown: string
      /** The page at which one signs in to the other account, and comes back here. */
      signIn: string
    }

type Question = Extract<LinkingPage, { problem: null }>

const requestOf = (page: string): string => new URL(page, 'http://account.invalid').searchParams.get('request') ?? ''

export const linkingPage = (visit: AccountVisit, page: string): Promise<LinkingPage> =>
  describeChange(visit, page).catch((error) => ({ problem: describeRefusal(error).message }))

async function describeChange({ ctx, user }: AccountVisit, page: string): Promise<Question> {
  const { row, side } = await findAskedChange(ctx, requestOf(page), user)
  const client = await findClient(ctx.db, row.clientId)
  const account = await findUser(ctx.db, row.userId)
  const other = await findOther(ctx, row)
  if (!client || !account || !other)
    throw new DomainError('expired', 'The app or one of the accounts is gone. There is nothing left to answer.')
  const named = (one: { name: string; email: string | null }, of: Side, allowedAt: number | null): NamedAccount => ({
    name: one.name,
    email: one.email,
    isHere: side === of,
    hasSaidYes: allowedAt !== null,
  })
  const { pathname, search } = new URL(page, 'http://account.invalid')
  const question = {
    change: row.change,
    app: { name: client.name, organization: (await findPartnerOfClient(ctx.db, client.clientId))?.name ?? null },
    account: named(account, 'account', row.allowedAt),
    other: named(other, 'subject', row.allowedBySubjectAt),
  }
  return {
    problem: null,
    ...question,
    shown: digestShown(shownOf(question)),
    isDecided: isAllowed(row),
    signIn: `/account/sign-in?continue=${encodeURIComponent(pathname + search)}`,
  }
}

/** Whether the other side has said yes meanwhile is no other question. */
const shownOf = ({ app, account, other }: Pick<Question, 'app' | 'account' | 'other'>): ShownParts => ({
  'the app’s name or maker': app,
  'one of the accounts': [account, other].map(({ name, email }) => [name, email]),
})

async function findOther(ctx: AccountVisit['ctx'], { change, userId, subject }: IdentityChange) {
  if (change === 'link') return findUser(ctx.db, subject)
  const { provider, providerUserId } = partsOf(subject)
  return (await requireUnlinkable(ctx, userId, provider, providerUserId)).profile
}

export const linkingActs = {
  allow: { by: 'everybody', fresh: true, run: allow },
  deny: { by: 'everybody', fresh: false, run: deny },
} satisfies Acts<FormVisit>

async function allow(visit: FormVisit) {
  const { ctx, user, page, form } = visit
  const changed = changedSince(form.get('shown'), shownOf(await describeChange(visit, page)))
  if (changed.length > 0) throw new DomainError('conflict', readAgain(changed))
  await allowChange(ctx, requestOf(page), user)
  return redirect(page, { status: 303 })
}

async function deny({ ctx, user, page }: FormVisit) {
  await denyChange(ctx, requestOf(page), user)
  return done('/account/security', 'change-denied')
}
