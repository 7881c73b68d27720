import { getFormProps, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { Checkbox } from '~/ui/choice'
import { Select, TextArea, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import type { AppHead, settingsPage } from './app-pages'
import { FormErrors, inputOf } from './form-parts'
import { Panel } from './panel'

type Manifest = ReturnType<typeof settingsPage>['manifest']
type Name =
  | 'name'
  | 'description'
  | 'callbacks'
  | 'homepage_uri'
  | 'privacy_policy_uri'
  | 'terms_uri'
  | 'allowed_logout_urls'
  | 'web_origins'
  | 'backchannel_logout_uri'
  | 'id_token_alg'

const EXTRA_FLOWS = [
  {
    grantType: 'implicit',
    types: ['spa', 'regular_web'],
    label: 'Tokens through the browser (implicit and hybrid flows)',
    help: 'For libraries that know nothing else, such as express-openid-connect at its defaults, which has an ID token posted to its callback. Tokens then pass through addresses and pages.',
  },
  {
    grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    types: ['native'],
    label: 'Devices without a browser (device flow)',
    help: 'People type a code, which the device shows, at another browser.',
  },
]

const ADDRESSES = { className: 'font-mono text-sm!', spellCheck: false }

type Props = { head: AppHead; manifest: Manifest; answer: Refusal | undefined }

/** Everything about an app that its makers propose, but its scopes. */
export function SettingsForm({ head, manifest, answer }: Props) {
  const [form, fields] = useForm<Record<Name, string>>({
    id: 'settings',
    lastResult: answer?.lastResult,
    defaultValue: {
      name: manifest.name,
      description: manifest.description,
      callbacks: manifest.callbacks.join('\n'),
      homepage_uri: manifest.homepageUri ?? '',
      privacy_policy_uri: manifest.privacyPolicyUri ?? '',
      terms_uri: manifest.termsUri ?? '',
      allowed_logout_urls: manifest.allowedLogoutUrls.join('\n'),
      web_origins: manifest.webOrigins.join('\n'),
      backchannel_logout_uri: manifest.backchannelLogoutUris.join('\n'),
      id_token_alg: manifest.idTokenAlg,
    },
  })
  return (
    <Form method="post" {...getFormProps(form)} className="grid gap-6">
      <FormToken />
      <FormErrors formId={form.id} result={answer?.lastResult} />
      <fieldset disabled={head.proposedState === 'submitted'} className="grid min-w-0 gap-6">
        <Panel title="What people see">
          <TextField label="Name" maxLength={60} {...inputOf(fields.name)} />
          <TextField
            label="Description"
            help="One line: what the app does for people."
            maxLength={140}
            {...inputOf(fields.description)}
          />
          <TextField label="Homepage (optional)" type="url" placeholder="https://" {...inputOf(fields.homepage_uri)} />
          <TextField
            label="Privacy policy (optional)"
            type="url"
            placeholder="https://"
            {...inputOf(fields.privacy_policy_uri)}
          />
          <TextField
            label="Terms of service (optional)"
            type="url"
            placeholder="https://"
            {...inputOf(fields.terms_uri)}
          />
        </Panel>
        {head.appType === 'non_interactive' ? null : (
          <Panel title="Where people are sent">
            <TextArea
              label="Callbacks"
              rows={4}
              help="One a line: where people return after signing in. They are compared character by character."
              {...ADDRESSES}
              {...inputOf(fields.callbacks)}
            />
            <TextArea
              label="Logout addresses (optional)"
              rows={2}
              help="One a line: where people may return after signing out."
              {...ADDRESSES}
              {...inputOf(fields.allowed_logout_urls)}
            />
            <TextArea
              label="Web origins (optional)"
              rows={2}
              help="One a line: the origins whose pages call this site from a browser, such as https://app.example.com."
              {...ADDRESSES}
              {...inputOf(fields.web_origins)}
            />
          </Panel>
        )}
        {head.appType === 'non_interactive' ? null : (
          <Panel title="How people sign in" lead="Only if you need it: the code flow with PKCE is always there.">
            {EXTRA_FLOWS.filter(({ types }) => types.includes(head.appType ?? '')).map(({ grantType, label, help }) => (
              <Checkbox
                key={grantType}
                name="extra_grant_types"
                value={grantType}
                label={label}
                help={help}
                defaultChecked={manifest.extraGrantTypes.includes(grantType)}
              />
            ))}
            {head.appType === 'regular_web' ? (
              <Select
                label="Signature of ID tokens"
                help="RS256 is verified by published keys. HS256 is keyed by the newest client secret."
                options={['RS256', 'HS256'].map((value) => ({ value, label: value }))}
                {...inputOf(fields.id_token_alg)}
              />
            ) : null}
            <TextField
              label="Back-channel logout address (optional)"
              type="url"
              placeholder="https://"
              help="Where your server is told that somebody has signed out here."
              {...inputOf(fields.backchannel_logout_uri)}
            />
          </Panel>
        )}
        <div>
          <Button name="intent" value="save">
            {head.isLive ? 'Save as a proposal' : 'Save'}
          </Button>
        </div>
      </fieldset>
    </Form>
  )
}
