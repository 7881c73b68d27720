import { useForm } from '@conform-to/react'
import type { AttackProtectionPage } from './attack-protection'
import {
  type Answer,
  CheckField,
  PostForm,
  SaveButton,
  SelectField,
  TextAreaField,
  TextField,
  useFormKey,
} from './form-parts'
import { Page, Section } from './page-parts'

type Props = { page: AttackProtectionPage; notice: string | null; answer: Answer | undefined }

export function AttackProtectionView(props: Props) {
  const { notice, answer } = props
  return (
    <Page
      title="Attack protection"
      lead="What wrong, leaked and many passwords lead to at the sign-in of end users. Owners and partners are always protected."
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer?.problem ? answer : undefined}
    >
      <ProtectionForm key={useFormKey(answer)} {...props} />
    </Page>
  )
}

function ProtectionForm({ page: { fields: values, network }, answer }: Props) {
  const [form, fields] = useForm({ id: 'protection', lastResult: answer?.lastResult, defaultValue: values })
  const minutes = Math.max(1, Math.round((network.max_attempts * network.rate) / 60_000))
  return (
    <PostForm form={form}>
      <Section title="Guessed passwords" hint="Too many wrong ones close an account for a quarter of an hour.">
        <div className="grid gap-5">
          <CheckField field={fields.counts_passwords} label="Close accounts after too many wrong passwords" />
          <TextField field={fields.max_attempts} label="Wrong passwords until then" inputMode="numeric" />
          <SelectField
            field={fields.mode}
            label="What is counted"
            options={[
              { value: 'count_per_identifier', label: 'All for an account' },
              { value: 'count_per_identifier_and_ip', label: 'Those from one network' },
            ]}
          />
          <CheckField field={fields.tells_person} label="Tell the person by mail" />
          <TextAreaField
            field={fields.password_allowlist}
            label="Networks that are not counted"
            help="One a line, such as 192.0.2.0/24."
            rows={2}
            required={false}
          />
        </div>
      </Section>
      <Section title="Suspicious networks">
        <div className="grid gap-5">
          <CheckField
            field={fields.counts_networks}
            label="Close networks from which too many wrong passwords come"
            help={`After ${network.max_attempts}, for ${minutes} minutes. The Management API changes these numbers.`}
          />
          <TextAreaField
            field={fields.network_allowlist}
            label="Networks that are never closed"
            help="One a line."
            rows={2}
            required={false}
          />
        </div>
      </Section>
      <Section
        title="Leaked passwords"
        hint="A new password is always held against a list of leaked ones that comes with the program; no other service is asked."
      >
        <SelectField
          field={fields.breached}
          label="Who signs in with a password on the list"
          options={[
            { value: 'nothing', label: 'Is let in' },
            { value: 'tell', label: 'Is let in, and told by mail' },
            { value: 'block', label: 'Has to choose another first' },
            { value: 'both', label: 'Has to choose another first, and is told by mail' },
          ]}
        />
      </Section>
      <SaveButton />
    </PostForm>
  )
}
