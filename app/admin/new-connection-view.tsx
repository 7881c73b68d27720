import { useForm } from '@conform-to/react'
import type { Strategy } from '~/domain/connections/options'
import { CommonFields, type ConnectionGiven, StrategyFields } from './connection-fields'
import { type Answer, Button, Buttons, PostForm, TextField } from './form-parts'
import { Choices, Page, Section } from './page-parts'
import { STRATEGY_NAMES } from './words'

type Props = { page: { strategy: Strategy | null }; answer: Answer | undefined }

const HINTS: Record<Strategy, string> = {
  oidc: 'Any provider of OpenID Connect, such as the identity system of a company.',
  'google-oauth2': 'People sign in with their Google account.',
  github: 'People sign in with their GitHub account.',
  oauth2: 'A provider of OAuth 2 without OpenID Connect, whose profile you tell how to read.',
  auth0: 'People sign in with an address and a password that are kept here.',
}

const BACK = { to: '/admin/settings/connections', label: 'Connections' }

export function NewConnectionView({ page: { strategy }, answer }: Props) {
  if (strategy) return <NewConnection strategy={strategy} answer={answer} />
  return (
    <Page title="New connection" lead="Of which kind is it?" back={BACK} answer={answer}>
      <Section title="Kinds">
        <Choices
          links={(Object.keys(HINTS) as Strategy[]).map((kind) => ({
            to: `/admin/settings/connections/new?strategy=${kind}`,
            title: STRATEGY_NAMES[kind] ?? kind,
            hint: HINTS[kind],
          }))}
        />
      </Section>
    </Page>
  )
}

function NewConnection({ strategy, answer }: { strategy: Strategy } & Pick<Props, 'answer'>) {
  const isFederated = strategy !== 'auth0'
  const [form, fields] = useForm<ConnectionGiven>({
    id: 'connection',
    lastResult: answer?.lastResult,
    defaultValue: {
      show_as_button: 'on',
      options: strategy === 'auth0' ? { takes_sign_ups: 'on', passwordPolicy: 'good', min_length: '8' } : {},
    },
  })
  return (
    <Page
      title={`New connection: ${STRATEGY_NAMES[strategy]}`}
      lead={HINTS[strategy]}
      back={{ to: '/admin/settings/connections/new', label: 'Other kinds' }}
      answer={answer}
    >
      <Section title="The connection">
        <PostForm form={form}>
          {isFederated ? (
            <p className="text-sm">
              The connection has a callback address of its own. Its page shows it once the connection is made; register
              it at the provider then.
            </p>
          ) : null}
          <TextField
            field={fields.name}
            label="Name"
            help="Letters, digits and hyphens, such as acme-staff. Apps and programs know it by this; it never changes."
          />
          <CommonFields fields={fields} isFederated={isFederated} />
          <StrategyFields strategy={strategy} fields={fields.options.getFieldset()} />
          <Buttons>
            <Button>Make the connection</Button>
          </Buttons>
        </PostForm>
      </Section>
    </Page>
  )
}
