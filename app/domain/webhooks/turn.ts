import type { AppContext } from '~/context'
import { receiverSuspendedMail } from '~/domain/mail/mails'
import { memberMailSteps } from '~/domain/tenant/member-mails'
import { DAY, HOUR, MINUTE, SECOND } from '~/platform/durations'
import { OutboundFailure } from '~/platform/outbound'
import { also, must, type Step } from '~db/database'
import { type EventReceiver, findEventReceiver, noteInTurn, takeTurn } from '~db/queries/event-receivers'
import { receiverEvent } from './change-receiver'

/** A node has a receiver to itself for so long; then it is taken to be dead. */
const TURN = 1 * MINUTE
/** A receiver answers within this time, or has not taken what it was sent. */
const TIMEOUT = 10 * SECOND
const MAX_ANSWER_BYTES = 1024 * 1024

const FIRST_WAIT = 5 * SECOND
const LONGEST_WAIT = 1 * HOUR
/** A receiver that took nothing for so long is left alone until somebody resumes it. */
const SUSPENDED_AFTER = 5 * DAY

export class TurnLost extends Error {}

/** What came of a request: nothing was wrong with it, or the problem and the status where there was one. */
export type Outcome = { problem?: string; status: number | null }

/** The time in which one node, and no other, tells one receiver of events. */
export class Turn {
  private constructor(
    readonly ctx: AppContext,
    public receiver: EventReceiver,
    private readonly until: number,
    private readonly ending: AbortSignal | undefined,
  ) {}

  /** @returns `undefined` when somebody else has it */
  static async take(ctx: AppContext, receiver: EventReceiver, ending?: AbortSignal): Promise<Turn | undefined> {
    const until = ctx.clock.now() + TURN
    const touched = await ctx.db.run(takeTurn(receiver, until))
    return touched === 0 ? undefined : new Turn(ctx, { ...receiver, nextTurnAt: until }, until, ending)
  }

  /** Whether one more request would end in time. */
  hasTime(): boolean {
    if (this.ending?.aborted) return false
    return this.receiver.status === 'active' && this.ctx.clock.now() + TIMEOUT < this.until
  }

  /** Stores how far it is, with what belongs to it. @throws TurnLost when the turn is over, and nothing was stored */
  async note(change: Partial<EventReceiver>, steps: Step[] = []): Promise<void> {
    const { ctx, receiver, until } = this
    await ctx.db.atomically([
      must(noteInTurn(receiver.id, until, change), () => new TurnLost()),
      ...steps,
      ...(change.status === 'suspended' ? await this.tellingSteps(change) : []),
    ])
    this.receiver = { ...receiver, ...change }
  }

  private tellingSteps({ lastProblem }: Partial<EventReceiver>): Promise<Step[]> {
    const { ctx, receiver } = this
    const words = {
      kind: receiver.kind.replace('-', ' '),
      receiverName: receiver.name,
      problem: lastProblem ?? receiver.lastProblem ?? '',
      link: `${ctx.config.issuer}admin/settings/${receiver.kind}s`,
    }
    return memberMailSteps(ctx, (person) => receiverSuspendedMail(ctx, { ...words, ...person }))
  }

  /**
   * Sends something, and never throws for what the other side does.
   * @throws TurnLost when the receiver was changed since the turn began, and nothing was sent
   */
  async post(body: string, headers: Record<string, string>): Promise<Outcome> {
    const { kind, id } = this.receiver
    const today = await findEventReceiver(this.ctx.db, kind, id)
    if (today?.nextTurnAt !== this.until) throw new TurnLost()
    try {
      const { status } = await this.ctx.outbound(new URL(this.receiver.url), {
        method: 'POST',
        headers: { ...headers, 'user-agent': 'portal-events', 'content-length': String(Buffer.byteLength(body)) },
        body,
        maxBytes: MAX_ANSWER_BYTES,
        timeout: TIMEOUT,
        // The tenant's own people and programs say where its events go.
        mayBePrivate: true,
      })
      return status >= 200 && status < 300 ? { status } : { status, problem: `it answered ${status}` }
    } catch (error) {
      if (!(error instanceof OutboundFailure)) throw error
      return { status: null, problem: error.message.slice(0, 300) }
    }
  }

  /** What changes of the receiver by a request; one that is gone (410), or silent for days, is suspended. */
  changeBy({ problem, status }: Outcome): { change: Partial<EventReceiver>; steps: Step[] } {
    const { ctx, receiver } = this
    const now = ctx.clock.now()
    ctx.metrics.deliveries.inc({ kind: receiver.kind, outcome: problem === undefined ? 'taken' : 'failed' })
    if (problem === undefined) {
      const well = { failures: 0, failingSince: null, lastProblem: null, lastDeliveryAt: now }
      return { change: well, steps: [] }
    }
    const failingSince = receiver.failingSince ?? now
    const failures = receiver.failures + 1
    ctx.log.warn({ receiver: receiver.id, failures, problem }, 'events were not taken')
    const change = { failures, failingSince, lastProblem: problem }
    if (status !== 410 && now - failingSince < SUSPENDED_AFTER) return { change, steps: [] }
    const event = receiverEvent(ctx, `${receiver.kind}.suspended`, receiver, { failures, problem })
    return { change: { ...change, status: 'suspended' }, steps: [also(event)] }
  }

  /** Lets the receiver go, until its next turn. */
  async end({ afterFailure }: { afterFailure: boolean }): Promise<void> {
    const { ctx, receiver } = this
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(receiver.failures - 1, 20))
    await this.note({ nextTurnAt: ctx.clock.now() + (afterFailure ? wait : 0) })
  }
}
