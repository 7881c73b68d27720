/** What log streams and webhooks have in common when they are made, changed and deleted. */
import type { AppContext } from '~/context'
import { type AuditAction, auditEvent } from '~/domain/audit/audit-event'
import { changedAt } from '~/platform/changes'
import { DomainError } from '~/platform/errors'
import { newSortableId } from '~/platform/ids'
import { also, must } from '~db/database'
import {
  deleteEventReceiver,
  type EventReceiver,
  insertEventReceiver,
  updateEventReceiver,
} from '~db/queries/event-receivers'
import { receiversOfTenant, roomSteps } from '~db/queries/room'
import { MAX_LOG_STREAMS, MAX_WEBHOOKS } from './receiver-fields'

const KINDS = {
  'log-stream': { most: MAX_LOG_STREAMS, words: 'log streams' },
  webhook: { most: MAX_WEBHOOKS, words: 'webhooks' },
} as const

export type NewReceiver = Pick<EventReceiver, 'id' | 'kind' | 'name' | 'url' | 'selection' | 'encryptedSecrets'> &
  Partial<Pick<EventReceiver, 'contentType' | 'contentFormat' | 'cursor' | 'status'>>

/** @throws DomainError `conflict` when there are as many as there may be */
export async function createReceiver(ctx: AppContext, given: NewReceiver): Promise<EventReceiver> {
  const { most, words } = KINDS[given.kind]
  const full = () => new DomainError('conflict', `There are ${most} ${words} already. Delete one that is not needed.`)
  const now = ctx.clock.now()
  const receiver: EventReceiver = {
    status: 'active',
    contentType: null,
    contentFormat: null,
    cursor: newSortableId(now),
    nextTurnAt: now,
    failures: 0,
    failingSince: null,
    lastProblem: null,
    lastDeliveryAt: null,
    createdAt: now,
    updatedAt: now,
    ...given,
  }
  const { host } = new URL(receiver.url)
  await ctx.db.atomically([
    ...roomSteps(receiversOfTenant(given.kind), most, full),
    also(insertEventReceiver(receiver)),
    also(receiverEvent(ctx, `${receiver.kind}.created`, receiver, { host, selection: receiver.selection })),
  ])
  return receiver
}

export type ReceiverChange = Partial<
  Pick<EventReceiver, 'name' | 'url' | 'selection' | 'contentType' | 'contentFormat' | 'encryptedSecrets'>
> & { status?: 'active' | 'paused' }

/** What a turn goes by from its beginning on. */
const GUIDES = ['status', 'url', 'selection', 'contentType', 'contentFormat', 'encryptedSecrets'] as const

/**
 * Changes a receiver. A turn that goes by what it was is over at once, before its next request. One that is made active
 * again is taken up at once, from where it stopped.
 * @throws DomainError `conflict` when it was changed meanwhile
 */
export async function updateReceiver(
  ctx: AppContext,
  before: EventReceiver,
  given: ReceiverChange,
  action: AuditAction = `${before.kind}.updated`,
): Promise<EventReceiver> {
  const now = ctx.clock.now()
  const isResumed = given.status === 'active' && before.status !== 'active'
  const afresh = { failures: 0, failingSince: null, lastProblem: null }
  const endsTurn = GUIDES.some((name) => given[name] !== undefined)
  const change = {
    ...given,
    ...(isResumed ? afresh : {}),
    ...(endsTurn ? { nextTurnAt: now } : {}),
    updatedAt: changedAt(now, before),
  }
  await ctx.db.atomically([
    must(
      updateEventReceiver(before, change),
      () => new DomainError('conflict', 'This was changed by somebody else meanwhile. Read it again and repeat.'),
    ),
    also(receiverEvent(ctx, action, before, { fields: Object.keys(given) })),
  ])
  return { ...before, ...change }
}

/** Deletes a receiver with what it was still to be told. @throws DomainError `not_found` */
export async function deleteReceiver(ctx: AppContext, receiver: EventReceiver): Promise<void> {
  await ctx.db.atomically([
    must(deleteEventReceiver(receiver.kind, receiver.id), () => new DomainError('not_found', 'It is deleted already.')),
    also(receiverEvent(ctx, `${receiver.kind}.deleted`, receiver, {})),
  ])
}

/** What happened to a receiver. Its address may hold a secret, so no more than the host is kept. */
export const receiverEvent = (
  ctx: AppContext,
  action: AuditAction,
  { kind, id, name }: EventReceiver,
  details: Record<string, unknown>,
) => auditEvent(ctx, action, { type: kind, id, name }, { details })
