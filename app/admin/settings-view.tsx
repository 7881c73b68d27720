import { useForm } from '@conform-to/react'
import { ButtonLink } from '~/ui/button'
import { RecoveryCodes } from '~/ui/recovery-codes'
import {
  type Answer,
  Button,
  Buttons,
  CheckField,
  PostForm,
  resultFor,
  SaveButton,
  SelectField,
  TextField,
  useFormKey,
} from './form-parts'
import { Choices, Page, Section, TextLink } from './page-parts'
import { count } from './words'

type Props = {
  settings: {
    friendlyName: string
    supportEmail: string
    supportUrl: string
    securityMode: string
    isPkceRequired: boolean
    formerIssuerDays: number
    flags: {
      enable_client_connections: boolean
      enable_dynamic_client_registration: boolean
      use_scope_descriptions_for_consent: boolean
    }
  }
  secondFactor: { isRequired: boolean; hasTotp: boolean; recoveryCodes: number }
  notice: string | null
  answer: Answer | undefined
}

export function SettingsView(props: Props) {
  const { notice, answer } = props
  const formKey = useFormKey(answer)
  return (
    <Page title="Settings" notice={notice} answer={answer}>
      {answer?.recoveryCodes && (
        <Section title="Your new recovery codes">
          <RecoveryCodes codes={answer.recoveryCodes} />
        </Section>
      )}
      <TenantForm key={`tenant ${formKey}`} {...props} />
      <Section title="More settings">
        <Choices links={MORE} />
      </Section>
      <SecondFactor key={`second factor ${formKey}`} {...props} />
    </Page>
  )
}

const MORE = [
  { to: '/admin/settings/members', title: 'Members', hint: 'Who may enter this area, and as what.' },
  {
    to: '/admin/settings/connections',
    title: 'Connections',
    hint: 'Where people come from who sign in: databases, and providers elsewhere.',
  },
  {
    to: '/admin/settings/programs',
    title: 'Programs',
    hint: 'Programs of yours that manage this tenant by the Management API.',
  },
  {
    to: '/admin/settings/branding',
    title: 'Branding',
    hint: 'Colours, logo and font of the pages at which people sign in.',
  },
  {
    to: '/admin/settings/attack-protection',
    title: 'Attack protection',
    hint: 'What wrong, leaked and many passwords lead to.',
  },
  { to: '/admin/settings/keys', title: 'Signing keys', hint: 'What tokens are signed with, and when that changes.' },
  {
    to: '/admin/settings/registration',
    title: 'Apps that register themselves',
    hint: 'Who may register an app, and what becomes of it.',
  },
  {
    to: '/admin/settings/webhooks',
    title: 'Webhooks',
    hint: 'Programs that are told of reviews and consents as it happens.',
  },
  {
    to: '/admin/settings/log-streams',
    title: 'Log streams',
    hint: 'Servers that are sent the whole log as it comes, such as a monitoring system.',
  },
]

function TenantForm({ settings, answer }: Props) {
  const on = (isOn: boolean) => (isOn ? 'on' : '')
  const [form, fields] = useForm({
    id: 'tenant',
    lastResult: resultFor(answer, 'save'),
    defaultValue: {
      friendly_name: settings.friendlyName,
      support_email: settings.supportEmail,
      support_url: settings.supportUrl,
      default_third_party_security_mode: settings.securityMode,
      third_party_pkce_required: on(settings.isPkceRequired),
      former_issuer_days: String(settings.formerIssuerDays),
      enable_client_connections: on(settings.flags.enable_client_connections),
      enable_dynamic_client_registration: on(settings.flags.enable_dynamic_client_registration),
      use_scope_descriptions_for_consent: on(settings.flags.use_scope_descriptions_for_consent),
    },
  })
  return (
    <Section title="Tenant">
      <PostForm form={form}>
        <TextField field={fields.friendly_name} label="Name" help="Shown to partners and end users, and in mails." />
        <TextField field={fields.support_email} label="Support e-mail (optional)" type="email" />
        <TextField field={fields.support_url} label="Support page (optional)" type="url" />
        <SelectField
          field={fields.default_third_party_security_mode}
          label="Profile of new third-party apps"
          help="Strict leaves out ID tokens, user data of the Management API and older flows."
          options={[
            { value: 'permissive', label: 'Permissive' },
            { value: 'strict', label: 'Strict' },
          ]}
        />
        <TextField
          field={fields.former_issuer_days}
          label="Days for which a former address is accepted"
          help="After a change of ISSUER, programs that still name its audiences, and tokens from before, work for so long."
          type="number"
        />
        <CheckField
          field={fields.third_party_pkce_required}
          label="Third-party apps with a secret need PKCE"
          help="The page of an app can say otherwise for it. Apps without a secret, and those of the strict profile, need it in any case."
        />
        <CheckField
          field={fields.enable_client_connections}
          label="New first-party apps get all connections of end users"
        />
        <CheckField
          field={fields.enable_dynamic_client_registration}
          label="Apps may register themselves"
          help={
            <>
              They are third-party apps;{' '}
              <TextLink to="/admin/settings/registration">who may, and what becomes of them</TextLink>.
            </>
          }
        />
        <CheckField
          field={fields.use_scope_descriptions_for_consent}
          label="The consent page shows the descriptions of scopes"
        />
        <SaveButton />
      </PostForm>
    </Section>
  )
}

function SecondFactor({ secondFactor, answer }: Props) {
  const [form, fields] = useForm<{ code: string }>({
    id: 'second-factor',
    lastResult: resultFor(answer, 'replace-recovery-codes', 'remove-authenticator'),
  })
  if (!secondFactor.hasTotp) {
    return (
      <Section title="Your second factor" hint="Your account is protected by a password alone.">
        <Buttons>
          <ButtonLink to="/admin/second-factor?continue=%2Fadmin%2Fsettings">Set up an authenticator app</ButtonLink>
        </Buttons>
      </Section>
    )
  }
  return (
    <Section
      title="Your second factor"
      hint={`An authenticator app is set up, and you have ${count(secondFactor.recoveryCodes, 'unused recovery code')}.`}
    >
      <PostForm form={form}>
        <TextField
          field={fields.code}
          label="Code"
          help="A new one from your authenticator app, or a recovery code, to do either of these."
          autoComplete="one-time-code"
        />
        <Buttons>
          <Button name="intent" value="replace-recovery-codes" tone="secondary">
            Make new recovery codes
          </Button>
          <Button name="intent" value="remove-authenticator" tone="danger">
            {secondFactor.isRequired ? 'Replace the authenticator app' : 'Remove the authenticator app'}
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}
