import { useForm } from '@conform-to/react'
import { CopyableValue } from '~/ui/copy'
import { DescriptionList } from '~/ui/description-list'
import { ConfirmDialog } from '~/ui/dialog'
import { Notice } from '~/ui/notice'
import {
  Button,
  Buttons,
  type Answer as FormAnswer,
  PostForm,
  resultFor,
  SelectField,
  TextAreaField,
  TextField,
  useFormKey,
} from './form-parts'
import { Page, Section, Table, TextLink, When } from './page-parts'
import type { MadeSecret, ProgramsPage } from './programs'
import { count } from './words'

type Program = ProgramsPage['programs'][number]
type Answer = FormAnswer & { made?: MadeSecret }
type Props = { page: ProgramsPage; mayChange: boolean; notice: string | null; answer: Answer | undefined }

export function ProgramsView({ page, mayChange, notice, answer }: Props) {
  const formKey = useFormKey(answer)
  return (
    <Page
      title="Programs"
      lead={
        <>
          Programs of yours that manage this tenant, such as a deployment.{' '}
          <TextLink to="/docs/api">How to call the API</TextLink>.
        </>
      }
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      {answer?.made ? <Made made={answer.made} page={page} /> : null}
      <Section title="Programs">
        <Table
          caption="Programs, the newest first"
          head={['Name', 'May', 'Created', 'Secret last used', ...(mayChange ? [''] : [])]}
          empty="There is none yet."
          rows={page.programs.map((program) => ({
            key: program.clientId,
            cells: [
              <Name key="n" {...program} />,
              <May key="m" {...program} />,
              <When key="c" at={program.createdAt} />,
              program.lastUsedAt === null ? 'Never' : <When key="u" at={program.lastUsedAt} />,
              ...(mayChange ? [<Acts key="a" {...program} />] : []),
            ],
          }))}
        />
      </Section>
      {mayChange ? <NewProgram key={formKey} answer={answer} /> : null}
    </Page>
  )
}

const Name = ({ name, clientId }: Program) => (
  <>
    <span className="block font-medium">{name}</span>
    <code className="block font-mono text-xs break-all text-muted">{clientId}</code>
  </>
)

function May({ may, scope }: Program) {
  if (may === 'everything') return <>Read and change everything</>
  if (may === 'read') return <>Read everything</>
  return (
    <details>
      <summary className="cursor-pointer whitespace-nowrap">{count(scope.length, 'scope')}</summary>
      <code className="mt-1 block max-w-prose text-xs text-muted">{scope.join(' ')}</code>
    </details>
  )
}

const Acts = ({ clientId, name, newestSecret }: Program) => (
  <span className="inline-flex flex-wrap justify-end gap-2">
    <ConfirmDialog
      id={`rotate-${clientId}`}
      trigger={{ label: 'Rotate secret', size: 'sm' }}
      title={`Rotate the secret of ${name}?`}
    >
      <p className="mb-4">The new one is shown once. The old one works for 24 more hours.</p>
      <PostForm>
        <input type="hidden" name="client_id" value={clientId} />
        <input type="hidden" name="newest_secret" value={newestSecret} />
        <Buttons>
          <Button name="intent" value="rotate">
            Rotate the secret
          </Button>
        </Buttons>
      </PostForm>
    </ConfirmDialog>
    <ConfirmDialog id={`delete-${clientId}`} trigger={{ label: 'Delete', size: 'sm' }} title={`Delete ${name}?`}>
      <p className="mb-4">Its secret and its tokens stop working at once. What it has made stays.</p>
      <PostForm>
        <input type="hidden" name="client_id" value={clientId} />
        <Buttons>
          <Button name="intent" value="delete" tone="danger">
            Delete the program
          </Button>
        </Buttons>
      </PostForm>
    </ConfirmDialog>
  </span>
)

function Made({ made, page }: { made: MadeSecret; page: ProgramsPage }) {
  return (
    <Notice
      tone="warning"
      title={made.isRotated ? `The new secret of ${made.name}, shown this once` : `${made.name} is made`}
    >
      <div className="grid gap-3">
        <p>
          {made.isRotated
            ? 'The old one works for 24 more hours.'
            : 'Copy the secret now: it is shown this once. The program asks for tokens with the client credentials grant.'}
        </p>
        <DescriptionList
          items={[
            {
              term: 'Client ID',
              description: <CopyableValue value={made.clientId} label="the client ID" testId="client-id" />,
            },
            {
              term: 'Client secret',
              description: <CopyableValue value={made.secret} label="the secret" testId="client-secret" />,
            },
            {
              term: 'Token endpoint',
              description: <CopyableValue value={page.tokenEndpoint} label="the token endpoint" />,
            },
            { term: 'Audience', description: <CopyableValue value={page.audience} label="the audience" /> },
          ]}
        />
      </div>
    </Notice>
  )
}

function NewProgram({ answer }: Pick<Props, 'answer'>) {
  const [form, fields] = useForm<Record<'name' | 'may' | 'scope', string>>({
    id: 'program',
    lastResult: resultFor(answer, 'create'),
    defaultValue: { name: '', may: 'read', scope: '' },
  })
  return (
    <Section title="New program" hint="One for each, so that you can take it away from one alone.">
      <PostForm form={form}>
        <TextField field={fields.name} label="Name" help="Such as “Deployments”." />
        <SelectField
          field={fields.may}
          label="It may"
          options={[
            { value: 'read', label: 'Read everything' },
            { value: 'everything', label: 'Read and change everything' },
            { value: 'chosen', label: 'Only what the scopes below say' },
          ]}
        />
        <TextAreaField
          field={fields.scope}
          label="Scopes (optional)"
          help={
            <>
              Separated by spaces or lines, such as read:users update:users. Each call names its scopes in the{' '}
              <TextLink to="/docs/api">reference</TextLink>.
            </>
          }
          rows={3}
        />
        <Buttons>
          <Button name="intent" value="create">
            Make the program
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}
