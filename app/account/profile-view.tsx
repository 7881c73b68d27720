import { Form } from '@remix-run/react'
import { CircleCheck, CircleX, MailWarning, Monitor } from 'lucide-react'
import { Avatar } from '~/ui/avatar'
import { Badge } from '~/ui/badge'
import { Button } from '~/ui/button'
import { Card, CardHeader } from '~/ui/card'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { Time } from '~/ui/time'
import { Timeline } from '~/ui/timeline'
import type { profilePage } from './account-pages'
import { ActResult } from './act-result'
import type { OpenSession, SignInEvent } from './activity'
import { TextLink } from './text-link'

type Profile = Awaited<ReturnType<typeof profilePage>>
type Props = { profile: Profile; notice: string | null; refusal: string | undefined }

export function ProfileView({ profile, notice, refusal }: Props) {
  return (
    <>
      <PageHeader title="Profile" description="Who you are here, and where you are signed in." />
      <div className="grid gap-6">
        <ActResult notice={notice} refusal={refusal} />
        {profile.email && !profile.emailVerified ? <ConfirmAddress email={profile.email} /> : null}
        <Identity profile={profile} />
        <Sessions sessions={profile.sessions} />
        <SignIns signIns={profile.signIns} />
      </div>
    </>
  )
}

function ConfirmAddress({ email }: { email: string }) {
  return (
    <Notice tone="warning" title="Confirm your e-mail address">
      <p>
        We have sent a link to <strong className="wrap-anywhere">{email}</strong>. Until you follow it, apps are told
        that the address is not confirmed.
      </p>
      <Form method="post" className="mt-3">
        <FormToken />
        <Button variant="secondary" size="sm" name="intent" value="send-verification">
          Send the mail again
        </Button>
      </Form>
    </Notice>
  )
}

function Identity({ profile: { name, email, emailVerified, memberSince, appCount } }: { profile: Profile }) {
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-4">
        <Avatar name={name} size="lg" />
        <div className="min-w-0 flex-1 basis-56">
          <h2 className="text-lg font-semibold">{name}</h2>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="wrap-anywhere text-muted">{email ?? 'No e-mail address'}</span>
            {email ? <AddressState isVerified={emailVerified} /> : null}
          </p>
        </div>
      </div>
      <p className="mt-4 border-t border-line pt-4 text-sm text-muted">
        Your account was made <Time at={memberSince} />.{' '}
        {appCount === 0 ? (
          'No app has access to it.'
        ) : (
          <>
            <TextLink to="/account/apps">{appCount === 1 ? 'One app' : `${appCount} apps`}</TextLink>{' '}
            {appCount === 1 ? 'has' : 'have'} access to it.
          </>
        )}
      </p>
    </Card>
  )
}

const AddressState = ({ isVerified }: { isVerified: boolean }) =>
  isVerified ? (
    <Badge tone="success" icon={CircleCheck}>
      Confirmed
    </Badge>
  ) : (
    <Badge tone="warning" icon={MailWarning}>
      Not confirmed
    </Badge>
  )

function Sessions({ sessions }: { sessions: OpenSession[] }) {
  return (
    <Card>
      <CardHeader
        title="Where you are signed in"
        description="A session that you do not know? End it, then change your password."
        actions={
          sessions.length > 1 ? (
            <Form method="post">
              <FormToken />
              <Button variant="secondary" size="sm" name="intent" value="end-other-sessions">
                End all others
              </Button>
            </Form>
          ) : null
        }
      />
      <ul className="divide-y divide-line">
        {sessions.map((session) => (
          <SessionItem key={session.id} {...session} />
        ))}
      </ul>
    </Card>
  )
}

function SessionItem({ id, browser, ip, startedAt, lastSeenAt, isThis }: OpenSession) {
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0 last:pb-0">
      <Monitor aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {browser}
          {isThis ? <Badge tone="success">This browser</Badge> : null}
        </p>
        <p className="text-sm text-muted">
          {ip ? `${ip} · ` : null}signed in <Time at={startedAt} />
          {isThis ? null : (
            <>
              {' '}
              · last seen <Time at={lastSeenAt} relative />
            </>
          )}
        </p>
      </div>
      {isThis ? null : (
        <Form method="post">
          <FormToken />
          <input type="hidden" name="session_id" value={id} />
          <Button variant="secondary" size="sm" name="intent" value="end-session">
            End this session
          </Button>
        </Form>
      )}
    </li>
  )
}

function SignIns({ signIns }: { signIns: SignInEvent[] }) {
  return (
    <Card>
      <CardHeader title="Sign-in activity" description="The latest attempts to sign in to your account." />
      {signIns.length === 0 ? <p className="text-sm text-muted">Nothing yet.</p> : null}
      <Timeline
        items={signIns.map(({ id, at, succeeded, browser, ip }) => ({
          id,
          at,
          title: succeeded ? 'Signed in' : 'Wrong password',
          who: [browser, ip].filter(Boolean).join(' · '),
          tone: succeeded ? ('success' as const) : ('warning' as const),
          icon: succeeded ? CircleCheck : CircleX,
        }))}
      />
    </Card>
  )
}
