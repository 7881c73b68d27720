import { Form } from '@remix-run/react'
import { Badge } from '~/ui/badge'
import { Button, ButtonLink } from '~/ui/button'
import { Card } from '~/ui/card'
import { DescriptionList } from '~/ui/description-list'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import type { LinkingPage, NamedAccount } from './linking'

type Question = Extract<LinkingPage, { problem: null }>

const labelOf = ({ email, name }: NamedAccount): string => email ?? name

/** Asks for a person's own yes to what an app wants to change about how they sign in. */
export function LinkingView({ page, refusal }: { page: LinkingPage; refusal: string | undefined }) {
  if (page.problem !== null) {
    return (
      <>
        <PageHeader title="There is nothing to answer" />
        <Notice tone="warning">{page.problem}</Notice>
      </>
    )
  }
  const { change, app, isDecided } = page
  const by = app.organization ? `${app.name} by ${app.organization}` : app.name
  return (
    <>
      <PageHeader
        title={change === 'link' ? 'Make two accounts one?' : 'Remove a way to sign in?'}
        description={`${by} asks for this.`}
      />
      <div className="grid max-w-xl gap-6">
        {refusal ? <Notice tone="danger">{refusal}</Notice> : null}
        {isDecided ? (
          <Notice tone="success" title="You have said yes">
            Go back to {app.name}: it does it now. Both addresses get a mail, by which it can be undone for seven days.
          </Notice>
        ) : null}
        <Card>
          <div className="grid gap-5">
            <DescriptionList items={accountsOf(page)} />
            {change === 'link' ? <Linked {...page} /> : <Unlinked {...page} />}
            {isDecided ? null : <Answer {...page} />}
          </div>
        </Card>
      </div>
    </>
  )
}

function accountsOf({ change, account, other }: Question) {
  const isLink = change === 'link'
  return [
    { term: isLink ? 'Account that stays' : 'Your account', description: <Named {...account} isOfTwo={isLink} /> },
    { term: isLink ? 'Account that ends' : 'Way to sign in', description: <Named {...other} isOfTwo={isLink} /> },
  ]
}

function Named({ name, email, isHere, hasSaidYes, isOfTwo }: NamedAccount & { isOfTwo: boolean }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
        {name}
        {isOfTwo && isHere ? <Badge>Signed in here</Badge> : null}
        {hasSaidYes ? <Badge tone="success">Has said yes</Badge> : null}
      </p>
      {email && email !== name ? <p className="text-sm wrap-anywhere text-muted">{email}</p> : null}
    </>
  )
}

function Linked({ account, other }: Question) {
  return (
    <>
      <Notice tone="warning" title="Only if both are yours">
        Whoever signs in as {labelOf(other)} is signed in as {labelOf(account)} from then on.
      </Notice>
      <div>
        <p className="font-medium">Lost with {labelOf(other)}</p>
        <ul className="mt-1 list-disc pl-5 text-sm text-muted">
          <li>its sessions, in every browser</li>
          <li>the access that it gave to apps: they have to ask the account that stays</li>
          <li>its profile and settings, and what apps know it by</li>
        </ul>
      </div>
    </>
  )
}

function Unlinked({ other }: Question) {
  return (
    <div>
      <p className="font-medium">Lost by you</p>
      <ul className="mt-1 list-disc pl-5 text-sm text-muted">
        <li>{labelOf(other)} signs in to an empty account of its own from then on</li>
        <li>your other sessions end, and apps have to ask you to sign in again</li>
      </ul>
    </div>
  )
}

/** Each side is asked for itself. Whoever has said yes signs in to the other account, and is asked there as well. */
function Answer({ change, account, other, signIn, shown }: Question) {
  const here = account.isHere ? account : other
  const there = account.isHere ? other : account
  if (here.hasSaidYes) {
    return (
      <Notice title={`${labelOf(there)} has to say yes, too`}>
        <p className="mb-3">Sign in to that account in this browser. You come back to this page.</p>
        <ButtonLink to={signIn} size="sm">
          Sign in to that account
        </ButtonLink>
      </Notice>
    )
  }
  return (
    <Form method="post" reloadDocument className="flex flex-wrap gap-3">
      <FormToken />
      <input type="hidden" name="shown" value={shown} />
      <Button name="intent" value="allow">
        {change === 'link' ? 'Yes, make them one' : 'Yes, remove it'}
      </Button>
      <Button name="intent" value="deny" variant="secondary">
        No
      </Button>
    </Form>
  )
}
