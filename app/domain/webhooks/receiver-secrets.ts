import { randomBytes } from 'node:crypto'
import type { AppContext } from '~/context'
import { readOwnJson } from '~/platform/json'
import type { EventReceiver } from '~db/queries/event-receivers'

export type Header = { header: string; value: string }

/** What a log stream shows its receiver. */
export type LogStreamSecrets = { authorization?: string; customHeaders: Header[] }

/** What the messages of a webhook are signed with: while a rotation overlaps, with the key before as well. */
export type WebhookSecrets = { secret: string; previous?: { secret: string; until: number } }

export const sealSecrets = (
  { encryption }: Pick<AppContext, 'encryption'>,
  secrets: LogStreamSecrets | WebhookSecrets,
): Promise<EventReceiver['encryptedSecrets']> => encryption.encrypt(JSON.stringify(secrets))

const open = async ({ encryption }: Pick<AppContext, 'encryption'>, { encryptedSecrets }: EventReceiver) =>
  readOwnJson(await encryption.decrypt(encryptedSecrets))

export const logStreamSecrets = async (
  ctx: Pick<AppContext, 'encryption'>,
  receiver: EventReceiver,
): Promise<LogStreamSecrets> => (await open(ctx, receiver)) as LogStreamSecrets

export const webhookSecrets = async (
  ctx: Pick<AppContext, 'encryption'>,
  receiver: EventReceiver,
): Promise<WebhookSecrets> => (await open(ctx, receiver)) as WebhookSecrets

/** 256 random bits, written as Standard Webhooks has it. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`
