import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { Entrance, LINK } from './entrance'
import { Done, Problem } from './form-parts'
import { ReviewersWords } from './reviewers-words'
import type { Support } from './support'

const SignOutForm = () => (
  <Form method="post" action="/portal/sign-out" reloadDocument>
    <FormToken />
    <Button name="intent" value="sign-out" variant="quiet" size="sm">
      Sign out
    </Button>
  </Form>
)

type Props = { siteName: string; email: string; answer: (Refusal & { wasSent?: boolean }) | undefined }

/** Between signing up and following the link of the mail. */
export function CheckMailView({ siteName, email, answer }: Props) {
  return (
    <Entrance siteName={siteName} title="Check your mail" footer={<SignOutForm />}>
      <p>
        We mailed a link to <strong>{email}</strong>. Open it and confirm that the address is yours; then you can create
        apps. The link works for five days.
      </p>
      {answer?.wasSent ? (
        <Done notice={{ title: 'A new link is on its way', text: 'The earlier links no longer work.' }} />
      ) : null}
      <Problem answer={answer} />
      <p className="text-sm text-muted">
        Nothing there after a few minutes? Look into the spam folder. If the address is misspelt, sign out and sign up
        with the right one.
      </p>
      <Form method="post">
        <FormToken />
        <Button variant="secondary" className="w-full">
          Mail the link again
        </Button>
      </Form>
    </Entrance>
  )
}

type SuspendedProps = { support: Support; suspension: { organization: string; reason: string | null } | null }

/** To a team whose organization is suspended, and to whoever is in no team any more. */
export function SuspendedView({ support, suspension }: SuspendedProps) {
  return (
    <Entrance
      siteName={support.siteName}
      title={suspension ? `${suspension.organization} is suspended` : 'You are in no organization'}
      footer={<SignOutForm />}
    >
      {suspension?.reason ? <ReviewersWords>{suspension.reason}</ReviewersWords> : null}
      <p>
        {suspension
          ? 'Its apps can sign nobody in, and nobody can change them here. Apps and their settings are kept.'
          : 'You are no longer a member of the one that you worked for. Its apps go on without you.'}
      </p>
      <SupportLine support={support} />
    </Entrance>
  )
}

/** Whom to ask. */
export function SupportLine({ support: { email, url, siteName } }: { support: Support }) {
  const href = email ? `mailto:${email}` : url
  return (
    <p>
      {href ? (
        <a href={href} className={LINK}>
          Ask {siteName} about it
        </a>
      ) : (
        `Ask the people of ${siteName} about it.`
      )}
    </p>
  )
}
