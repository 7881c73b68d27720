import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { Time } from '~/ui/time'
import { Entrance } from './entrance'
import { Problem } from './form-parts'
import type { verificationPage } from './verification-link'

type Props = Awaited<ReturnType<typeof verificationPage>> & { answer: Refusal | undefined }

/** Behind the link that confirms a partner's address. */
export function VerifyEmailView({ siteName, signUp, answer }: Props) {
  if (!signUp) {
    return (
      <Entrance siteName={siteName} title="This link no longer works">
        <p>It has expired, or a newer one was mailed to you. Sign in to have a new one sent.</p>
        <ButtonLink to="/portal/sign-in?continue=/portal/check-mail" size="lg">
          Sign in
        </ButtonLink>
      </Entrance>
    )
  }
  const { email, name, organization, madeAt, isSignedIn } = signUp
  return (
    <Entrance siteName={siteName} title="Is this your account?">
      <Problem answer={answer} />
      <p>
        “{name}” signed up on <Time at={madeAt} /> with the address <strong className="wrap-anywhere">{email}</strong>
        {organization ? <> for the organization “{organization}”</> : null}.
      </p>
      <Form method="post" className="grid gap-3">
        <FormToken />
        <Button size="lg" name="intent" value="confirm">
          Yes, this is my account
        </Button>
        {isSignedIn ? null : (
          <p className="text-sm text-muted">Browsers that are signed in to it are signed out: sign in afterwards.</p>
        )}
        <Button size="lg" variant="secondary" name="intent" value="disown">
          I did not make this account
        </Button>
        <p className="text-sm text-muted">It is deleted then, and nobody works under your address.</p>
      </Form>
    </Entrance>
  )
}
