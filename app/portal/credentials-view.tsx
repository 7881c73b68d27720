import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { Select } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import type { NewSecret } from './app-acts'
import { AppFrame } from './app-frame'
import type { credentialsPage } from './app-pages'
import { appTypes } from './app-types'
import { Credential } from './credential'
import { FormErrors, Problem } from './form-parts'
import { MadeSecret } from './made-secret'
import type { PageNotice } from './notices'
import { Panel } from './panel'
import { SecretTable } from './secret-table'

type Props = Awaited<ReturnType<typeof credentialsPage>> & {
  notice: PageNotice
  answer: (Refusal & { made?: NewSecret }) | undefined
}

export function CredentialsView({ head, secrets, now, notice, answer }: Props) {
  return (
    <AppFrame head={head} notice={answer ? null : notice}>
      {answer?.problem ? (
        <Problem answer={answer} />
      ) : (
        <FormErrors formId="rotate-secret" result={answer?.lastResult} />
      )}
      {answer?.made ? (
        <MadeSecret {...answer.made} />
      ) : (
        <Panel title="Client ID" lead="It is public: it stands in every authorization request.">
          <Credential label="Client ID" value={head.clientId} testId="client-id" />
        </Panel>
      )}
      {head.isConfidential ? (
        <>
          <SecretTable secrets={secrets} now={now} />
          <RotateForm newest={secrets.find(({ state }) => state === 'current')?.id} />
        </>
      ) : (
        <Panel title="No client secret">
          <p>{head.appType ? appTypes[head.appType].noSecret : 'This app is public.'}</p>
        </Panel>
      )}
    </AppFrame>
  )
}

export const OVERLAPS = [
  { value: '0', label: 'It stops at once' },
  { value: '1', label: '1 hour' },
  { value: '24', label: '24 hours' },
  { value: '72', label: '3 days' },
  { value: '168', label: '7 days' },
]

const RotateForm = ({ newest }: { newest: string | undefined }) => (
  <Panel
    title="Rotate the secret"
    lead="Makes a new secret. The old one can go on working meanwhile, so that nothing has to stop. If the old one has leaked, let it stop at once."
  >
    <Form method="post" className="grid gap-4 sm:max-w-sm">
      <FormToken />
      <input type="hidden" name="newest_secret" value={newest} />
      <Select
        id="rotate-secret-overlap_hours"
        name="overlap_hours"
        label="The old secret goes on working for"
        options={OVERLAPS}
        defaultValue="24"
      />
      <div>
        <Button name="intent" value="rotate-secret">
          Rotate secret
        </Button>
      </div>
    </Form>
  </Panel>
)
