import { resultFor, useFormKey } from './form-parts'
import { Badge, Page, Section, Table, TextLink, When } from './page-parts'
import { MadeSecret, WEBHOOK_STATES, type WebhookAnswer, WebhookForm } from './webhook-parts'
import type { WebhooksPage } from './webhooks'
import { count } from './words'

type Props = {
  page: WebhooksPage
  events: readonly string[]
  notice: string | null
  answer: WebhookAnswer | undefined
}

export function WebhooksView({ page, events, notice, answer }: Props) {
  const formKey = useFormKey(answer)
  return (
    <Page
      title="Webhooks"
      lead={
        <>
          Programs that are told of reviews, consents and secrets as it happens, in signed messages.{' '}
          <TextLink to="/docs/events">How to check them</TextLink>.
        </>
      }
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      {answer?.webhookSecret ? <MadeSecret secret={answer.webhookSecret} /> : null}
      <Section title="Webhooks">
        <Table
          caption="Webhooks, the oldest first"
          head={['Name', 'Address', 'Events', 'State', 'Last delivery']}
          empty="There is none yet."
          rows={page.webhooks.map((webhook) => ({
            key: webhook.id,
            cells: [
              <TextLink key="n" to={`/admin/settings/webhooks/${encodeURIComponent(webhook.id)}`}>
                {webhook.name}
              </TextLink>,
              <span key="a" className="break-all">
                {webhook.address}
              </span>,
              count(webhook.events.length, 'kind'),
              <Badge key="s" {...WEBHOOK_STATES[webhook.status]} />,
              <When key="at" at={webhook.lastDeliveryAt} />,
            ],
          }))}
        />
      </Section>
      <Section title="New webhook">
        <WebhookForm
          key={formKey}
          lastResult={resultFor(answer, 'create')}
          events={events}
          given={{ name: '', url: '', events: [] }}
          act={{ intent: 'create', label: 'Add the webhook' }}
        />
      </Section>
    </Page>
  )
}
