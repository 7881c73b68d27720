import { getFormProps, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button, ButtonLink } from '~/ui/button'
import { TextArea } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Time } from '~/ui/time'
import { AppFrame } from './app-frame'
import type { AppHead, reviewPage } from './app-pages'
import { ChangesView } from './changes-view'
import { ChecklistView } from './checklist-view'
import { Conversation } from './conversation'
import { answerTo, FormErrors, inputOf, Problem } from './form-parts'
import { WithdrawForm } from './next-step'
import type { PageNotice } from './notices'
import { Panel } from './panel'

type Page = Awaited<ReturnType<typeof reviewPage>>
type Props = Page & { notice: PageNotice; answer: Refusal | undefined }

export function ReviewView({ head, notice, answer, ...page }: Props) {
  const { proposedState } = head
  const isOpen = proposedState !== null && proposedState !== 'submitted'
  const ownAnswer = isOpen ? answerTo(answer, 'submit') : undefined
  return (
    <AppFrame head={head} notice={answer ? null : notice}>
      {ownAnswer ? null : <Problem answer={answer} />}
      {proposedState === null ? <NothingToSubmit head={head} /> : null}
      {proposedState === 'submitted' ? (
        <Panel
          title={`Version ${page.version} is in review${page.submission > 1 ? ` (submission ${page.submission})` : ''}`}
        >
          <p>
            Submitted {page.submittedAt === null ? null : <Time at={page.submittedAt} />}. You get a mail when the
            reviewers have decided. Until then it cannot be changed.
          </p>
          <WithdrawForm />
        </Panel>
      ) : null}
      {isOpen ? <SubmitForm head={head} answer={ownAnswer} checklist={page.checklist} /> : null}
      {page.changesSinceSentBack ? (
        <Panel title="What you changed since it was sent back" lead="The reviewers see this first.">
          <ChangesView changes={page.changesSinceSentBack} />
        </Panel>
      ) : null}
      {proposedState !== null && !page.isFirstVersion ? (
        <Panel title={`What changes with version ${page.version}`} lead="Against what is live.">
          <ChangesView changes={page.changes} />
        </Panel>
      ) : null}
      <Conversation {...page.conversation} />
    </AppFrame>
  )
}

const NothingToSubmit = ({ head }: { head: AppHead }) => (
  <Panel title="There is nothing to submit">
    <p>
      {head.state === 'suspended'
        ? 'The app is suspended as it was approved. Change its settings or scopes if the reviewers ask for it, and submit the changes here.'
        : 'The app is live as it was approved. Change its settings or scopes, and submit the changes here.'}
    </p>
    <div>
      <ButtonLink to={`/portal/apps/${head.clientId}/settings`} variant="secondary">
        Change the app
      </ButtonLink>
    </div>
  </Panel>
)

type SubmitProps = { head: AppHead; answer: Refusal | undefined; checklist: Page['checklist'] }

function SubmitForm({ head, answer, checklist }: SubmitProps) {
  const [form, fields] = useForm<{ message: string }>({ id: 'submit', lastResult: answer?.lastResult })
  const isAgain = head.proposedState === 'changes_requested' || head.proposedState === 'rejected'
  return (
    <Panel
      title={isAgain ? 'Submit again' : 'Submit for review'}
      lead="The reviewers see every setting and scope, and what differs from the version before."
    >
      <ChecklistView items={checklist} clientId={head.clientId} />
      <Form method="post" {...getFormProps(form)} className="grid gap-4 border-t border-line pt-4">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextArea
          label="Note to the reviewers (optional)"
          rows={4}
          maxLength={1000}
          help={isAgain ? 'What you changed since their answer.' : 'What the app does, and how it can be tried.'}
          {...inputOf(fields.message)}
        />
        <div>
          <Button name="intent" value="submit">
            Submit for review
          </Button>
        </div>
      </Form>
    </Panel>
  )
}
