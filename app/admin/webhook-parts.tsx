import { type SubmissionResult, useForm } from '@conform-to/react'
import type { BadgeTone } from '~/ui/badge'
import { Checkbox } from '~/ui/choice'
import { CopyableValue } from '~/ui/copy'
import { FieldErrors } from '~/ui/field'
import { Notice } from '~/ui/notice'
import { Button, Buttons, type Answer as FormAnswer, PostForm, TextField } from './form-parts'
import type { WebhooksPage } from './webhooks'

export type WebhookAnswer = FormAnswer & { webhookSecret?: string }

export const WEBHOOK_STATES: Record<WebhooksPage['webhooks'][number]['status'], { label: string; tone: BadgeTone }> = {
  active: { label: 'Active', tone: 'success' },
  paused: { label: 'Paused', tone: 'neutral' },
  suspended: { label: 'Suspended', tone: 'danger' },
}

export function MadeSecret({ secret }: { secret: string }) {
  return (
    <Notice tone="warning" title="The secret, shown this once">
      <div className="grid gap-2">
        <p>Give it to the program that checks the signatures.</p>
        <CopyableValue value={secret} label="the secret" testId="webhook-secret" />
      </div>
    </Notice>
  )
}

type FormProps = {
  lastResult: SubmissionResult<string[]> | null | undefined
  /** What it can be told of. */
  events: readonly string[]
  given: { name: string; url: string; events: string[] }
  act: { intent: string; label: string }
}

export function WebhookForm({ lastResult, events, given, act }: FormProps) {
  const [form, fields] = useForm<FormProps['given']>({ id: 'webhook', lastResult, defaultValue: given })
  const chosen = new Set([fields.events.initialValue ?? []].flat())
  return (
    <PostForm form={form}>
      <TextField field={fields.name} label="Name" />
      <TextField field={fields.url} label="Address" type="url" help="Begins with https://. Messages are sent there." />
      <fieldset className="min-w-0" aria-describedby={fields.events.errors ? `${fields.events.id}-error` : undefined}>
        <legend id={fields.events.id} tabIndex={-1} className="mb-2 text-sm font-semibold">
          Events
        </legend>
        <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2 lg:grid-cols-3">
          {events.map((event) => (
            <Checkbox
              key={event}
              id={`webhook-${event}`}
              name="events"
              value={event}
              label={<code className="text-sm font-normal">{event}</code>}
              defaultChecked={chosen.has(event)}
            />
          ))}
        </div>
        <FieldErrors id={fields.events.id} errors={fields.events.errors} className="mt-2" />
      </fieldset>
      <Buttons>
        <Button name="intent" value={act.intent}>
          {act.label}
        </Button>
      </Buttons>
    </PostForm>
  )
}
