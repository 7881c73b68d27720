import type { FieldMetadata } from '@conform-to/react'
import type { Strategy } from '~/domain/connections/options'
import { CopyableValue } from '~/ui/copy'
import { CheckField, SelectField, TextField } from './form-parts'

type Option =
  | 'takes_sign_ups'
  | 'passwordPolicy'
  | 'min_length'
  | 'issuer'
  | 'authorizationURL'
  | 'tokenURL'
  | 'userInfoURL'
  | 'client_id'
  | 'client_secret'
  | 'scope'

/** What the forms of connections say. */
export type ConnectionGiven = {
  name: string
  display_name: string
  is_domain_connection: string
  show_as_button: string
  is_active: string
  keeps_people: string
  options: Record<Option, string>
}

type Fields = { [Name in keyof ConnectionGiven]: FieldMetadata<ConnectionGiven[Name]> }

const POLICIES = [
  { value: 'none', label: 'None: any characters' },
  { value: 'low', label: 'Low: any characters' },
  { value: 'fair', label: 'Fair: small and capital letters, and digits' },
  { value: 'good', label: 'Good: three of small and capital letters, digits and symbols' },
  { value: 'excellent', label: 'Excellent: as good, and no character more than twice in a row' },
]

/** The members that connections of a strategy have. */
export function StrategyFields({
  strategy,
  fields,
  hasSecret = false,
}: {
  strategy: Strategy
  fields: Record<Option, FieldMetadata<string>>
  hasSecret?: boolean
}) {
  if (strategy === 'auth0')
    return (
      <>
        <CheckField
          field={fields.takes_sign_ups}
          label="People may make an account themselves"
          help="Otherwise programs make them, by the Management API."
        />
        <SelectField field={fields.passwordPolicy} label="Strength of passwords" options={POLICIES} />
        <TextField field={fields.min_length} label="Characters at least" inputMode="numeric" />
      </>
    )
  return (
    <>
      {strategy === 'oidc' ? (
        <TextField
          field={fields.issuer}
          label="Issuer"
          type="url"
          help="The address of the provider, such as https://login.example.com/. What it can do is read from there."
        />
      ) : null}
      {strategy === 'oauth2' ? (
        <>
          <TextField field={fields.authorizationURL} label="Authorization endpoint" type="url" />
          <TextField field={fields.tokenURL} label="Token endpoint" type="url" />
          <TextField field={fields.userInfoURL} label="Endpoint of the profile" type="url" />
        </>
      ) : null}
      <TextField field={fields.client_id} label="Client ID" help="As the provider has given it to you." />
      <TextField
        field={fields.client_secret}
        label={hasSecret ? 'Client secret (optional)' : 'Client secret'}
        type="password"
        autoComplete="off"
        help={hasSecret ? 'One is kept. Leave this empty to keep it.' : 'It is kept encrypted, and never shown again.'}
      />
      <TextField
        field={fields.scope}
        label="Scopes (optional)"
        help="With a space between them. Left empty: who the person is, their profile and address."
      />
    </>
  )
}

export function Callback({ callback, hasSharedCallback }: { callback: string; hasSharedCallback: boolean }) {
  return (
    <div className="grid gap-2">
      <p className="text-sm">Register this callback address at the provider. It is of this connection alone:</p>
      <CopyableValue value={callback} label="the callback address" testId="callback-url" />
      {hasSharedCallback ? (
        <p className="text-sm text-muted">
          The address without the last part, which was registered before, is used only as long as the provider names
          itself in its answers (iss). Keep both registered.
        </p>
      ) : null}
    </div>
  )
}

/** What connections of every strategy have. */
export function CommonFields({
  fields,
  isFederated,
}: {
  fields: Pick<Fields, 'display_name' | 'is_domain_connection' | 'show_as_button'>
  isFederated: boolean
}) {
  return (
    <>
      <TextField
        field={fields.display_name}
        label="Name for people (optional)"
        help={isFederated ? 'Stands on the button of the sign-in page.' : 'Left empty: the name above.'}
      />
      <CheckField
        field={fields.is_domain_connection}
        label="Domain level"
        help="Every third-party app may sign people in here. Taken back, their users of this connection cannot sign in to those apps."
      />
      {isFederated ? <CheckField field={fields.show_as_button} label="Show a button on the sign-in pages" /> : null}
    </>
  )
}
