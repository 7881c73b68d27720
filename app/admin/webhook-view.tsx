import { Form } from '@remix-run/react'
import type { BadgeTone } from '~/ui/badge'
import { ConfirmDialog } from '~/ui/dialog'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { Button, Buttons, PostForm, resultFor, useFormKey } from './form-parts'
import { Badge, Page, Section, Table, When } from './page-parts'
import { MadeSecret, WEBHOOK_STATES, type WebhookAnswer, WebhookForm } from './webhook-parts'
import type { WebhookPage } from './webhooks'

type Props = {
  page: WebhookPage
  events: readonly string[]
  notice: string | null
  answer: WebhookAnswer | undefined
}

const DELIVERY_STATES: Record<WebhookPage['deliveries'][number]['state'], { label: string; tone: BadgeTone }> = {
  pending: { label: 'Waits', tone: 'info' },
  delivered: { label: 'Delivered', tone: 'success' },
  failed: { label: 'Given up', tone: 'danger' },
}

export function WebhookView({ page, events, notice, answer }: Props) {
  const { webhook, deliveries } = page
  const formKey = useFormKey(answer)
  return (
    <Page
      title={webhook.name}
      badge={<Badge {...WEBHOOK_STATES[webhook.status]} />}
      back={{ to: '/admin/settings/webhooks', label: 'Webhooks' }}
      notice={notice}
      answer={answer}
    >
      {answer?.webhookSecret ? <MadeSecret secret={answer.webhookSecret} /> : null}
      <Standing webhook={webhook} />
      <Section title="Recent deliveries" hint="A message that is not taken is sent again for three days.">
        <Table
          caption="Deliveries, the newest first"
          head={['When', 'Event', 'State', 'Attempts', 'Last answer', '']}
          empty="Nothing has happened yet that it is told of. Send a test message to try it."
          rows={deliveries.map((delivery) => ({
            key: delivery.id,
            cells: [
              <When key="at" at={delivery.createdAt} />,
              <code key="t">{delivery.type}</code>,
              <Badge key="s" {...DELIVERY_STATES[delivery.state]} />,
              delivery.attempts,
              delivery.lastAnswer ?? '–',
              <Form key="r" method="post">
                <FormToken />
                <input type="hidden" name="delivery" value={delivery.id} />
                <Button name="intent" value="redeliver" tone="secondary">
                  Send again
                </Button>
              </Form>,
            ],
          }))}
        />
      </Section>
      <Section title="Try it, or stop it for a while" hint="After a pause it is told what happened meanwhile.">
        <PostForm>
          <Buttons>
            {webhook.status === 'active' ? (
              <>
                <Button name="intent" value="ping" tone="secondary">
                  Send a test message
                </Button>
                <Button name="intent" value="pause" tone="secondary">
                  Pause
                </Button>
              </>
            ) : (
              <Button name="intent" value="resume">
                Resume
              </Button>
            )}
          </Buttons>
        </PostForm>
      </Section>
      <Section title="What it is told">
        <WebhookForm
          key={formKey}
          lastResult={resultFor(answer, 'save')}
          events={events}
          given={{ name: webhook.name, url: webhook.url, events: webhook.events }}
          act={{ intent: 'save', label: 'Save' }}
        />
      </Section>
      <Section
        title="Secret"
        hint="After a rotation messages are signed with both secrets for 24 hours, so that none is refused."
      >
        <PostForm>
          <Buttons>
            <Button name="intent" value="rotate-secret" tone="secondary">
              Rotate the secret
            </Button>
          </Buttons>
        </PostForm>
      </Section>
      <Section
        title="Delete this webhook"
        hint="What it was still to be told is lost, and its deliveries are forgotten."
      >
        <Buttons>
          <ConfirmDialog
            id={`delete-${webhook.id}`}
            trigger={{ label: 'Delete the webhook', variant: 'danger' }}
            title={`Delete ${webhook.name}?`}
          >
            <p className="mb-4">Its server is told nothing more. This cannot be undone.</p>
            <PostForm>
              <Buttons>
                <Button name="intent" value="delete" tone="danger">
                  Delete
                </Button>
              </Buttons>
            </PostForm>
          </ConfirmDialog>
        </Buttons>
      </Section>
    </Page>
  )
}

function Standing({ webhook: { status, failingSince, lastProblem } }: { webhook: WebhookPage['webhook'] }) {
  if (status === 'suspended') {
    return (
      <Notice tone="danger" title="Suspended">
        Its server took nothing for days: {lastProblem}. Mend the server, then resume the webhook.
      </Notice>
    )
  }
  if (failingSince === null || status !== 'active') return null
  return (
    <Notice tone="warning" title="Its server does not take messages">
      Since <When at={failingSince} />: {lastProblem}. They are sent again later.
    </Notice>
  )
}
