import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { KeyRound, Link2 } from 'lucide-react'
import { Badge } from '~/ui/badge'
import { Button, ButtonLink } from '~/ui/button'
import { Card, CardHeader } from '~/ui/card'
import { FormActions } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { Time } from '~/ui/time'
import { EmailField, PresentPasswordField } from './form-fields'
import type { IdentitiesCard, IdentityLine } from './identities-card'

/** The named buttons by which a person changes how they sign in. */
export const IDENTITY_INTENTS = ['link-provider', 'link-account', 'unlink-identity'] as const

export type IdentityIntent = (typeof IDENTITY_INTENTS)[number]

type LastResult = SubmissionResult<string[]> | undefined
type Props = IdentitiesCard & { lastResult: LastResult }

const SIGN_IN_AGAIN = '/account/sign-in?continue=%2Faccount%2Fsecurity'

/** How a person signs in. Choosing a provider leads to another site, so the browser sends these forms itself. */
export function Identities({ lines, providers, mayLinkPassword, isFresh, lastResult }: Props) {
  const intent = lastResult?.initialValue?.intent
  const problem = intent === 'link-account' ? undefined : lastResult?.error?.['']?.join(' ')
  const mayLink = providers.length > 0 || mayLinkPassword
  return (
    <Card>
      <CardHeader
        title="Ways to sign in"
        description="Each of these leads to this account. Add another account of yours, and they become one."
      />
      <div className="grid gap-5">
        {problem ? <Notice tone="danger">{problem}</Notice> : null}
        <ul className="divide-y divide-line">
          {lines.map((line) => (
            <Line key={`${line.provider}|${line.providerUserId}`} {...line} mayRemove={isFresh && !line.isMain} />
          ))}
        </ul>
        {isFresh || !mayLink ? null : (
          <Notice title="Sign in again to change this">
            <p className="mb-3">Your last sign-in is more than 15 minutes ago, so anybody could be at this browser.</p>
            <ButtonLink to={SIGN_IN_AGAIN} variant="secondary" size="sm">
              Sign in again
            </ButtonLink>
          </Notice>
        )}
        {isFresh && providers.length > 0 ? <Providers providers={providers} /> : null}
        {isFresh && mayLinkPassword ? (
          <LinkAccount lastResult={intent === 'link-account' ? lastResult : undefined} />
        ) : null}
      </div>
    </Card>
  )
}

function Line({ provider, providerUserId, at, name, since, isMain, mayRemove }: IdentityLine & { mayRemove: boolean }) {
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0 last:pb-0" data-testid="identity">
      <KeyRound aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {at}
          {isMain ? <Badge>Main</Badge> : null}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {name} · since <Time at={since} />
        </p>
      </div>
      {mayRemove ? (
        <Form method="post">
          <FormToken />
          <input type="hidden" name="provider" value={provider} />
          <input type="hidden" name="provider_user_id" value={providerUserId} />
          <Button variant="secondary" size="sm" name="intent" value="unlink-identity" aria-label={`Remove ${at}`}>
            Remove
          </Button>
        </Form>
      ) : null}
    </li>
  )
}

function Providers({ providers }: Pick<IdentitiesCard, 'providers'>) {
  return (
    <Form method="post" reloadDocument className="grid gap-3 border-t border-line pt-5">
      <FormToken />
      <input type="hidden" name="intent" value="link-provider" />
      {providers.map(({ name, label }) => (
        <Button key={name} variant="secondary" name="connection" value={name} className="w-full">
          <Link2 aria-hidden className="size-4" />
          Add {label}
        </Button>
      ))}
    </Form>
  )
}

/** An account with a password; both are proved, this one by the session. */
function LinkAccount({ lastResult }: { lastResult: LastResult }) {
  const [form, fields] = useForm<Record<'email' | 'link_password', string>>({ id: 'link-account', lastResult })
  return (
    <details className="border-t border-line pt-5" open={lastResult !== undefined}>
      <summary className="cursor-pointer font-medium">Add an account with a password</summary>
      <Form method="post" className="mt-4 grid gap-4" {...getFormProps(form)}>
        <FormToken />
        {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
        <EmailField field={fields.email} label="E-mail address of the other account" />
        <PresentPasswordField field={fields.link_password} label="Its password" />
        <p className="text-sm text-muted">
          That account goes away: its apps, settings and sessions end, and its address and password sign in to this one.
        </p>
        <FormActions>
          <Button name="intent" value="link-account" variant="secondary">
            Add this account
          </Button>
        </FormActions>
      </Form>
    </details>
  )
}
