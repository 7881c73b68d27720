import { useForm } from '@conform-to/react'
import { type Answer, Button, Buttons, PostForm, resultFor, SelectField } from './form-parts'
import { Section } from './page-parts'

/** @property setting null where the app has none of its own */
export type PkceOfApp = {
  isRequired: boolean
  hasChoice: boolean
  setting: 'required' | 'optional' | null
  ofTenant: boolean
}

/** The profile of rules; new apps have the one of the settings. */
export function SecurityMode({ mode, answer }: { mode: string | null; answer: Answer | undefined }) {
  const [form, fields] = useForm({
    id: 'security-mode',
    lastResult: resultFor(answer, 'set-mode'),
    defaultValue: { security_mode: mode ?? 'permissive' },
  })
  return (
    <Section
      title="Profile"
      hint="Strict leaves out ID tokens, user data of the Management API and older flows, and asks for a client grant for each API."
    >
      <PostForm form={form}>
        <SelectField
          field={fields.security_mode}
          label="Profile of this app"
          options={[
            { value: 'permissive', label: 'Permissive' },
            { value: 'strict', label: 'Strict' },
          ]}
        />
        <Buttons>
          <Button name="intent" value="set-mode" tone="secondary">
            Save the profile
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}

/** For libraries that send no challenge at their defaults. */
export function Pkce({
  pkce: { hasChoice, setting, ofTenant },
  answer,
}: {
  pkce: PkceOfApp
  answer: Answer | undefined
}) {
  const [form, fields] = useForm({
    id: 'pkce',
    lastResult: resultFor(answer, 'set-pkce'),
    defaultValue: { pkce: setting ?? 'tenant' },
  })
  if (!hasChoice) return null
  return (
    <Section
      title="PKCE"
      hint="It keeps a stolen code from being used. Some libraries send no challenge at their defaults: do without it only for an app that cannot, as its secret is all that guards its codes then."
    >
      <PostForm form={form}>
        <SelectField
          field={fields.pkce}
          label="PKCE for this app"
          options={[
            { value: 'tenant', label: `As in the settings: ${ofTenant ? 'required' : 'not required'}` },
            { value: 'required', label: 'Required' },
            { value: 'optional', label: 'Not required' },
          ]}
        />
        <Buttons>
          <Button name="intent" value="set-pkce" tone="secondary">
            Save for this app
          </Button>
        </Buttons>
      </PostForm>
    </Section>
  )
}
