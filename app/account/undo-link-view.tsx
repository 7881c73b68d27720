import { Form } from '@remix-run/react'
import { Undo2 } from 'lucide-react'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { FocusLayout } from '~/ui/layout'
import { Notice } from '~/ui/notice'
import { Time } from '~/ui/time'
import type { UndoPage } from './undo-link'

const TITLES: Record<UndoPage['state'], string> = {
  asks: 'Undo this?',
  undone: 'It is undone',
  dead: 'This cannot be undone here',
}

/** What a person sees behind the link of the mail that tells of linked or unlinked accounts. */
export function UndoLinkView({ tenantName, page, refusal }: { tenantName: string; page: UndoPage; refusal?: string }) {
  return (
    <FocusLayout tenantName={tenantName}>
      <span className="mb-4 inline-flex size-11 items-center justify-center rounded-full bg-info-soft text-info">
        <Undo2 aria-hidden className="size-5" />
      </span>
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">{TITLES[page.state]}</h1>
      {refusal ? (
        <div className="mb-4">
          <Notice tone="danger">{refusal}</Notice>
        </div>
      ) : null}
      {page.state === 'asks' ? (
        <Question {...page} />
      ) : (
        <>
          <p className="mb-6 text-muted">
            {page.state === 'undone'
              ? 'Each account signs in for itself, or both to one, as before. Sign in, and see that all is as you want it.'
              : page.refusal}
          </p>
          <ButtonLink to="/account">Sign in</ButtonLink>
        </>
      )}
    </FocusLayout>
  )
}

function Question({ change, account, other, app, at }: Extract<UndoPage, { state: 'asks' }>) {
  const by = app === null ? 'on the page of that account' : `by ${app}`
  const [from, to] = [<strong key="other">{other}</strong>, <strong key="account">{account}</strong>]
  return (
    <div className="wrap-anywhere">
      {change === 'link' ? (
        <>
          <p className="mb-3">
            {from} was linked to the account of {to} {by} on <Time at={at} />.
          </p>
          <p className="mb-6 text-muted">
            If you undo it, {other} has an account of its own, with the profile and settings that it had. Its apps ask
            it for access again, and {account} is signed out everywhere.
          </p>
        </>
      ) : (
        <>
          <p className="mb-3">
            {from} was removed from the account of {to} {by} on <Time at={at} />.
          </p>
          <p className="mb-6 text-muted">
            If you undo it, that way to sign in leads to the account again. Nobody has signed in to the account of its
            own that it has now.
          </p>
        </>
      )}
      <Form method="post" reloadDocument>
        <FormToken />
        <Button size="lg" className="w-full" name="intent" value="undo">
          Undo it
        </Button>
      </Form>
    </div>
  )
}
