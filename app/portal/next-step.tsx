import { Form } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button, ButtonLink } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import type { AppHead } from './app-pages'
import { SupportLine } from './check-mail-view'
import { Panel } from './panel'
import { ReviewersWords } from './reviewers-words'
import type { Support } from './support'

type Props = { head: AppHead; lastWords: string | null; support: Support }

/** What the state of an app means, and what its makers can do next. */
export function NextStep({ head, lastWords, support }: Props) {
  const at = (page: string) => `/portal/apps/${head.clientId}/${page}`
  const submit = <ButtonLink to={at('review')}>Submit for review</ButtonLink>
  const edit = (
    <ButtonLink to={at('settings')} variant="secondary">
      Change the app
    </ButtonLink>
  )
  const words = lastWords ? <ReviewersWords>{lastWords}</ReviewersWords> : null
  switch (head.state) {
    case 'development':
      return (
        <Panel title="Try it, then submit it">
          <p>
            Your team and the testers you name can use the app now; everybody else is refused. When it works, submit it
            for review: once it is approved, everybody can use it.
          </p>
          <Acts>
            {submit}
            <ButtonLink to={at('testers')} variant="secondary">
              Add testers
            </ButtonLink>
          </Acts>
        </Panel>
      )
    case 'in_review':
      return (
        <Panel title="The reviewers have it">
          <p>
            You get a mail when they have decided. Meanwhile your team and testers can go on using the app. To change
            something, withdraw the submission first.
          </p>
          <WithdrawForm at={at('review')} />
        </Panel>
      )
    case 'changes_requested':
      return (
        <Panel title="The reviewers ask for changes">
          {words}
          <p>Change the app, then submit it again with a note on what you did.</p>
          <Acts>
            {edit}
            {submit}
          </Acts>
        </Panel>
      )
    case 'rejected':
      return (
        <Panel title="The app was rejected">
          {words}
          <p>If you can put right what the reviewers say, change the app and submit it again.</p>
          <Acts>
            {edit}
            {submit}
          </Acts>
        </Panel>
      )
    case 'live':
      return (
        <Panel title="The app is live">
          <p>
            Everybody can use it. You can edit it at any time: changes become a proposal, and what is live stays as it
            is until they are approved.
          </p>
          <Acts>{edit}</Acts>
        </Panel>
      )
    case 'live_with_draft':
      return (
        <Panel title={head.proposedState === 'draft' ? 'There are changes to submit' : 'Your changes were sent back'}>
          {words}
          <p>Everybody uses the live version. Your changes reach them once they are submitted and approved.</p>
          <Acts>
            {submit}
            {edit}
          </Acts>
        </Panel>
      )
    case 'live_in_review':
      return (
        <Panel title="Your changes are in review">
          <p>Everybody uses the live version meanwhile. You get a mail when the reviewers have decided.</p>
          <WithdrawForm at={at('review')} />
        </Panel>
      )
    case 'suspended':
      return (
        <Panel title="The app is suspended">
          {words}
          <p>Nobody can sign in to it, and its tokens no longer work. Its settings are kept.</p>
          <SupportLine support={support} />
        </Panel>
      )
  }
}

const Acts = ({ children }: { children: ReactNode }) => <div className="flex flex-wrap gap-3">{children}</div>

export const WithdrawForm = ({ at }: { at?: string }) => (
  <Form method="post" action={at}>
    <FormToken />
    <Button name="intent" value="withdraw" variant="secondary">
      Withdraw the submission
    </Button>
  </Form>
)
