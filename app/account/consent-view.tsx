import { Form } from '@remix-run/react'
import { ArrowUpRight, MonitorSmartphone, TriangleAlert } from 'lucide-react'
import { Avatar } from '~/ui/avatar'
import { Button } from '~/ui/button'
import { FocusLayout } from '~/ui/layout'
import { Notice } from '~/ui/notice'
import { Time } from '~/ui/time'
import type { ConsentPage, Destination } from './consent-page'
import { ScopeList } from './scope-list'
import { TextLink } from './text-link'

type Props = { page: ConsentPage; refusal?: { message: string; ticked: string[] } }

/** What an app may have: the person decides item by item. It needs no script and loads nothing from elsewhere. */
export function ConsentView({ page, refusal }: Props) {
  const { app, tenant, groups, texts } = page
  return (
    <FocusLayout tenantName={tenant.name} wide footer={<Fineprint page={page} />}>
      <header className="flex items-start gap-4">
        <Avatar name={app.name} size="lg" />
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold tracking-tight">{texts.title}</h1>
          {app.organization ? <p className="mt-0.5 text-muted">by {app.organization}</p> : null}
        </div>
      </header>
      {texts.description ? <p className="mt-3">{texts.description}</p> : null}
      {app.description ? <p className="mt-3 text-muted">{app.description}</p> : null}
      <div className="mt-5 grid gap-5">
        <Unreviewed tenantName={tenant.name} page={page} />
        <Changed changed={page.changed} />
        {refusal ? <Notice tone="danger">{refusal.message}</Notice> : null}
        <Person page={page} />
        <Form method="post" reloadDocument className="grid gap-5">
          <input type="hidden" name="form_token" value={page.formToken} />
          <input type="hidden" name="shown" value={page.shown} />
          <Instruction page={page} />
          {groups.map((group) => (
            <ScopeList
              key={group.api}
              group={group}
              isIncrease={page.isIncrease}
              ticked={refusal?.ticked ?? page.ticked}
            />
          ))}
          <AnswerGoesTo destination={page.destination} />
          <div className="grid gap-3 sm:grid-cols-2">
            <Button size="lg" name="decision" value="allow" className="sm:order-2">
              {texts.acceptButtonText}
            </Button>
            <Button size="lg" variant="secondary" name="decision" value="deny" className="sm:order-1">
              {texts.declineButtonText}
            </Button>
          </div>
        </Form>
      </div>
    </FocusLayout>
  )
}

function Unreviewed({ tenantName, page }: { tenantName: string; page: ConsentPage }) {
  const { review, isInvited, app } = page
  if (review === 'reviewed') return null
  if (review === 'testers-only') {
    return (
      <Notice tone="warning" title="Not reviewed yet: for testers only">
        {tenantName} has not checked this app. Go on only if its makers asked you to test it.
        {isInvited ? ` ${app.organization ?? 'Its makers'} named you as a tester: allowing it makes you one.` : null}
      </Notice>
    )
  }
  return (
    <Notice tone="warning" title="Nobody here has reviewed this app">
      It registered itself, under a name of its own choice. Go on only if you know where it comes from and have just
      started it yourself.
    </Notice>
  )
}

/** Why the person is asked about what they have allowed before. */
function Changed({ changed }: Pick<ConsentPage, 'changed'>) {
  if (!changed) return null
  const { formerName, newPlaces } = changed
  return (
    <Notice tone="warning" title="This app has changed since you allowed it">
      {formerName === undefined ? null : <p>It was called “{formerName}” then.</p>}
      {newPlaces.length === 0 ? null : (
        <p className="wrap-anywhere">Your answers can now go to {newPlaces.join(', ')} as well.</p>
      )}
    </Notice>
  )
}

/** Whose data it is about: who shares a browser would otherwise give away the other one's. */
function Person({ page: { person, requestId } }: { page: ConsentPage }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card border border-line bg-surface p-3">
      <Avatar name={person.name} />
      <p className="min-w-0 flex-1 basis-40">
        <span className="block font-medium">{person.name}</span>
        {person.email ? <span className="block text-sm wrap-anywhere text-muted">{person.email}</span> : null}
      </p>
      <p className="text-sm">
        <span className="text-muted">Not you?</span>{' '}
        <TextLink to={`/u/login?request=${encodeURIComponent(requestId)}`}>Use another account</TextLink>
      </p>
    </div>
  )
}

/** What to do, and whose words the reasons are. */
function Instruction({ page: { groups, isIncrease, isKnown } }: { page: ConsentPage }) {
  const scopes = groups.flatMap((group) => group.scopes)
  if (scopes.length === 0) return <p>It asks for nothing but that you sign in.</p>
  const hasReasons = scopes.some(({ reason }) => reason)
  const hasChoice = scopes.some(({ required }) => !required)
  return (
    <p>
      It wants to do the following.
      {isIncrease ? ' You have allowed some of it before; what is new is marked.' : null}
      {hasReasons ? ' In quotation marks its makers say why.' : null}
      {hasChoice ? ' Tick what you want to allow, and nothing else.' : null}
      {isKnown ? ' Your answer replaces what you have allowed before.' : null}
    </p>
  )
}

type Callback = Exclude<Destination, { kind: 'other-device' }>

const DESTINATIONS: Record<Callback['kind'], { label: string; note?: string }> = {
  site: { label: 'You are then sent on to' },
  computer: {
    label: 'Your answer is handed to a program on this computer',
    note: 'Any program here can listen there. Go on only if you have just started the app yourself.',
  },
  device: {
    label: 'Your answer is handed to an app on this device, which goes by',
    note: 'Any app here can claim that name. Go on only if you have just opened the app yourself.',
  },
}

/** The one thing about an app that it cannot make up: where its answer is sent. */
function AnswerGoesTo({ destination }: { destination: Destination }) {
  return destination.kind === 'other-device' ? <ToDevice {...destination} /> : <ToCallback {...destination} />
}

/** Somebody else could have sent the code: the person compares it, and what is known of the device (RFC 8628 §5.4). */
function ToDevice({ userCode, askedAt, from }: Extract<Destination, { kind: 'other-device' }>) {
  return (
    <section aria-label="Where the answer goes" className="rounded-card border border-line p-4">
      <p className="text-sm text-muted">Your answer goes to the device that shows the code</p>
      <p className="mt-1 font-mono text-lg font-semibold tracking-widest">{userCode}</p>
      <p className="mt-1 text-sm text-muted">
        It asked <Time at={askedAt} />, from {from || 'an unknown address'}.
      </p>
      <p className="mt-3 flex items-start gap-2 text-sm text-warning">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        Allow it only if you have this device before you and have just started the app there. Nobody who calls or writes
        to you needs this code.
      </p>
    </section>
  )
}

function ToCallback({ kind, host, uri }: Callback) {
  const { label, note } = DESTINATIONS[kind]
  const Icon = kind === 'site' ? ArrowUpRight : MonitorSmartphone
  return (
    <section aria-label="Where the answer goes" className="rounded-card border border-line p-4">
      <p className="text-sm text-muted">{label}</p>
      <p className="mt-1 flex items-start gap-2 text-lg font-semibold">
        <Icon aria-hidden className="mt-1 size-5 shrink-0 text-muted" />
        <span className="min-w-0 break-all">{host}</span>
      </p>
      <p className="mt-1 font-mono text-xs break-all text-muted">{uri}</p>
      {note ? (
        <p className="mt-3 flex items-start gap-2 text-sm text-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {note}
        </p>
      ) : null}
    </section>
  )
}

function Fineprint({ page: { app } }: { page: ConsentPage }) {
  const links = [
    { label: 'Privacy policy', href: app.privacyPolicyUri },
    { label: 'Terms', href: app.termsUri },
    { label: 'Web site', href: app.homepageUri },
  ].filter((link) => link.href !== undefined)
  return (
    <div className="grid gap-2">
      {links.length > 0 ? (
        <p className="flex flex-wrap justify-center gap-x-4 gap-y-1">
          <span>Of {app.name}:</span>
          {links.map(({ label, href }) => (
            <a key={label} href={href} target="_blank" rel="noreferrer" className="underline underline-offset-2">
              {label}
            </a>
          ))}
        </p>
      ) : null}
      <p>
        Access lasts until you take it back, which you can do at any time under{' '}
        <TextLink to="/account/apps">apps with access</TextLink> in your account.
      </p>
    </div>
  )
}
