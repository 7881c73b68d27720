import { MailCheck, MailWarning } from 'lucide-react'
import { ButtonLink } from '~/ui/button'
import { FocusLayout } from '~/ui/layout'
import type { VerificationResult } from './verification-link'

type Props = { tenantName: string; result: VerificationResult }

/** What a person sees behind the link of a verification mail. */
export function VerifyEmailView({ tenantName, result }: Props) {
  const isConfirmed = 'email' in result
  const app = isConfirmed ? result.app : null
  const Icon = isConfirmed ? MailCheck : MailWarning
  return (
    <FocusLayout tenantName={tenantName}>
      <span
        className={`mb-4 inline-flex size-11 items-center justify-center rounded-full ${isConfirmed ? 'bg-success-soft text-success' : 'bg-warning-soft text-warning'}`}
      >
        <Icon aria-hidden className="size-5" />
      </span>
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">
        {isConfirmed ? 'Your address is confirmed' : 'This address is not confirmed'}
      </h1>
      <p className="mb-6 text-muted">
        {isConfirmed ? (
          <>
            <span className="wrap-anywhere">{result.email}</span> belongs to you.{' '}
            {app ? `You can go on to ${app.name}.` : 'You can close this page.'}
          </>
        ) : (
          result.refusal
        )}
      </p>
      <ButtonLink to={app?.uri ?? '/account'} variant={isConfirmed && !app ? 'secondary' : 'primary'}>
        {app ? 'Go on' : isConfirmed ? 'Go to your account' : 'Sign in'}
      </ButtonLink>
    </FocusLayout>
  )
}
