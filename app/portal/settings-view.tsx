import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { AppFrame } from './app-frame'
import type { AppHead, settingsPage } from './app-pages'
import { ChangesView } from './changes-view'
import { LINK } from './entrance'
import { answerTo, Problem } from './form-parts'
import type { PageNotice } from './notices'
import { Panel } from './panel'
import { SettingsForm } from './settings-form'

type Props = ReturnType<typeof settingsPage> & { notice: PageNotice; answer: Refusal | undefined }

export function SettingsView({ head, manifest, changes, notice, answer }: Props) {
  const saving = answerTo(answer, 'save')
  return (
    <AppFrame head={head} notice={answer ? null : notice}>
      {saving ? null : <Problem answer={answer} />}
      <EditingNotice head={head} />
      {changes.length > 0 ? (
        <Panel title="Your changes" lead="Against what is live.">
          <ChangesView changes={changes} />
          {head.proposedState === 'submitted' ? null : <DiscardForm />}
        </Panel>
      ) : null}
      <SettingsForm key={JSON.stringify(manifest)} head={head} manifest={manifest} answer={saving} />
      <DangerZone head={head} answer={answerTo(answer, 'delete')} />
    </AppFrame>
  )
}

/** What an edit leads to, in the state that the app is in. */
export function EditingNotice({ head }: { head: AppHead }) {
  const review = `/portal/apps/${head.clientId}/review`
  if (head.proposedState === 'submitted') {
    return (
      <Notice tone="warning" title="This version is in review and cannot be changed now">
        <Link to={review} className={LINK}>
          Withdraw the submission
        </Link>{' '}
        first, or wait for the answer.
      </Notice>
    )
  }
  return head.isLive ? (
    <Notice title="Edits of a live app are proposals">
      What is live stays as it is until your changes are{' '}
      <Link to={review} className={LINK}>
        submitted
      </Link>{' '}
      and approved.
    </Notice>
  ) : null
}

const DiscardForm = () => (
  <Form method="post">
    <FormToken />
    <Button name="intent" value="discard" variant="secondary">
      Discard the changes
    </Button>
  </Form>
)

/** Needs the name, so that it does not happen by a slip. */
function DangerZone({ head, answer }: { head: AppHead; answer: Refusal | undefined }) {
  return (
    <Panel
      title="Delete the app"
      lead="Its credentials, its testers, and every consent and token that people gave it end at once. This cannot be undone."
    >
      <Form method="post" className="grid gap-4 sm:max-w-md">
        <FormToken />
        <TextField
          name="confirm_name"
          label={
            <>
              Type <strong>{head.name}</strong> to confirm
            </>
          }
          autoComplete="off"
          errors={answer?.lastResult?.error?.confirm_name ?? undefined}
        />
        <div>
          <Button name="intent" value="delete" variant="danger">
            Delete the app
          </Button>
        </div>
      </Form>
    </Panel>
  )
}
