import type { FieldMetadata } from '@conform-to/react'
import { CheckField, SelectField, TextAreaField, TextField } from './form-parts'
import { Section } from './page-parts'

export type ScopeFields = { value: string; description: string; sensitivity: string; remove: string }
export type ApiFormFields = {
  name: string
  identifier: string
  description: string
  token_lifetime: string
  signing_alg: string
  allow_offline_access: string
  skip_consent_for_first_party: string
  open_to_partners: string
  scopes: ScopeFields[]
}

type Fields = { [Name in keyof ApiFormFields]: FieldMetadata<ApiFormFields[Name]> }

/** What an API is; its identifier stays as it was made. */
export function ApiFields({ fields, identifier }: { fields: Fields; identifier?: string }) {
  return (
    <Section title="The API">
      <TextField field={fields.name} label="Name" help="People read it before they consent." />
      {identifier === undefined ? (
        <TextField
          field={fields.identifier}
          label="Identifier"
          help="An absolute URI such as https://api.example.com/. Apps send it as the audience; it cannot be changed later."
        />
      ) : (
        <p>
          Identifier: <code>{identifier}</code>
        </p>
      )}
      <TextAreaField field={fields.description} label="Description (optional)" rows={2} />
      <TextField
        field={fields.token_lifetime}
        label="Lifetime of access tokens, in seconds"
        type="number"
        help="From 60 to 2592000."
      />
      <SelectField
        field={fields.signing_alg}
        label="Signature of access tokens"
        help="What the API verifies by the published keys. RS256 works everywhere."
        options={['RS256', 'PS256', 'ES256', 'EdDSA'].map((value) => ({ value, label: value }))}
      />
      <CheckField
        field={fields.open_to_partners}
        label="Open to partners"
        help="Partners can ask for its scopes in the portal; you approve them app by app."
      />
      <CheckField
        field={fields.allow_offline_access}
        label="Refresh tokens"
        help="Apps may keep access while the person is away (offline_access)."
      />
      <CheckField
        field={fields.skip_consent_for_first_party}
        label="Skip consent for your own apps"
        help="Apps of third parties always ask."
      />
    </Section>
  )
}

/** The scopes as rows; those that stay empty are no scopes. */
export function ScopeRows({ rows }: { rows: FieldMetadata<ScopeFields>[] }) {
  return (
    <Section
      title="Scopes"
      hint="Leave rows empty that you do not need; save to get more. A scope that you remove is no longer issued, whoever consented to it. Sensitive and restricted scopes are marked at the consent page; restricted ones are not ticked there until the person has allowed them once."
    >
      {rows.map((row, index) => (
        <ScopeRow key={row.key} row={row} number={index + 1} />
      ))}
    </Section>
  )
}

function ScopeRow({ row, number }: { row: FieldMetadata<ScopeFields>; number: number }) {
  const { value, description, sensitivity, remove } = row.getFieldset()
  return (
    <fieldset className="grid items-start gap-4 border-t border-line pt-4 first:border-t-0 first:pt-0 sm:grid-cols-[1fr_2fr_10rem]">
      <legend className="sr-only">Scope {number}</legend>
      <TextField field={value} label="Scope" />
      <TextField field={description} label="What it lets an app do" />
      <SelectField field={sensitivity} label="Sensitivity" options={SENSITIVITY_OPTIONS} />
      {value.initialValue && <CheckField field={remove} label={`Remove ${value.initialValue}`} />}
    </fieldset>
  )
}

const SENSITIVITY_OPTIONS = [
  { value: 'basic', label: 'Basic' },
  { value: 'sensitive', label: 'Sensitive' },
  { value: 'restricted', label: 'Restricted' },
]
