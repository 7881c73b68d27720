import { useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { CopyableValue } from '~/ui/copy'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import {
  Button,
  Buttons,
  type Answer as FormAnswer,
  PostForm,
  resultFor,
  SaveButton,
  SelectField,
  TextAreaField,
  TextField,
  useFormKey,
} from './form-parts'
import { Badge, Page, Section, Table, TextLink, When } from './page-parts'
import type { RegistrationPage } from './registration'

type Answer = FormAnswer & { initialAccessToken?: string }
type Props = { page: RegistrationPage; notice: string | null; answer: Answer | undefined }

export function RegistrationView({ page, notice, answer }: Props) {
  const formKey = useFormKey(answer)
  return (
    <Page
      title="Apps that register themselves"
      lead="They are third-party apps, whatever they say: consent is always asked, and people are warned until you approve one under Apps."
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      {page.isOn ? null : (
        <Notice tone="info">
          Registration is off at present. Turn it on in the <TextLink to="/admin/settings">settings</TextLink>.
        </Notice>
      )}
      {answer?.initialAccessToken ? (
        <Notice tone="warning" title="Your new token, shown this once">
          <CopyableValue value={answer.initialAccessToken} label="the token" testId="initial-access-token" />
        </Notice>
      ) : null}
      <Rules key={`rules ${formKey}`} page={page} answer={answer} />
      <Tokens page={page} />
      <NewToken key={`token ${formKey}`} page={page} answer={answer} />
    </Page>
  )
}

function Rules({ page, answer }: Pick<Props, 'page' | 'answer'>) {
  const [form, fields] = useForm({
    id: 'rules',
    lastResult: resultFor(answer, 'save'),
    defaultValue: {
      registration: page.registration,
      registered_clients_are: page.registeredClientsAre,
      client_metadata_hosts: page.clientMetadataHosts.join('\n'),
    },
  })
  return (
    <Section title="Rules" hint={`Apps register at ${page.endpoint}`}>
      <PostForm form={form}>
        <SelectField
          field={fields.registration}
          label="Who may register an app"
          options={[
            { value: 'open', label: 'Everybody' },
            { value: 'token', label: 'Holders of an initial access token' },
          ]}
        />
        <SelectField
          field={fields.registered_clients_are}
          label="A registered app"
          options={[
            { value: 'development', label: 'Works at once, with a warning to people' },
            { value: 'pending', label: 'Works for nobody until you approve it' },
          ]}
        />
        <TextAreaField
          field={fields.client_metadata_hosts}
          label="Hosts of client ID metadata documents (optional)"
          help="One a line, such as apps.example.com. Apps whose client ID is the address of a document there need no registration. A single * takes any host."
          rows={3}
        />
        <SaveButton />
      </PostForm>
    </Section>
  )
}

function Tokens({ page: { tokens } }: Pick<Props, 'page'>) {
  return (
    <Section title="Initial access tokens" hint="Each lets a program register so many apps until a day.">
      <Table
        caption="Initial access tokens, the newest first"
        head={['For', 'Registered', 'Ends', 'State', '']}
        empty="There is none yet."
        rows={tokens.map(({ id, label, used, quota, expiresAt, isLive }) => ({
          key: id,
          cells: [
            label,
            `${used} of ${quota}`,
            <When key="at" at={expiresAt} />,
            <Badge key="s" {...(isLive ? { label: 'Works', tone: 'success' } : { label: 'Ended', tone: 'neutral' })} />,
            isLive ? (
              <Form key="r" method="post">
                <FormToken />
                <input type="hidden" name="id" value={id} />
                <Button name="intent" value="revoke-initial-access" tone="secondary">
                  End it
                </Button>
              </Form>
            ) : null,
          ],
        }))}
      />
    </Section>
  )
}

function NewToken({ answer }: Pick<Props, 'page' | 'answer'>) {
  const [form, fields] = useForm({
    id: 'new-token',
    lastResult: resultFor(answer, 'create-initial-access'),
    defaultValue: { label: '', quota: '10', days: '30' },
  })
  return (
    <Section title="New initial access token">
      <PostForm form={form}>
        <TextField field={fields.label} label="Whom it is for" />
        <TextField field={fields.quota} label="Apps that it may register" inputMode="numeric" />
        <TextField field={fields.days} label="Days that it works" inputMode="numeric" />
        <Buttons>
          <Button name="intent" value="create-initial-access">
            Make the token
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}
