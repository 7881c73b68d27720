import PQueue from 'p-queue'
import type { AppContext, RequestInfo } from '~/context'
import { logFailure } from '~/domain/audit/log-failure'
import { DAY, HOUR, MINUTE, SECOND } from '~/platform/durations'
import { newSortableId } from '~/platform/ids'
import { readOwnJson } from '~/platform/json'
import { type Mail, RecipientRefused } from '~/platform/mailer'
import { must, type Step } from '~db/database'
import type { Connection } from '~db/queries/connections'
import { deleteMail, insertMail, listDueMails, takeMail, updateMail, type WaitingMail } from '~db/queries/mails'
import { recipientMark } from './recipient-mark'

/** Mails on their way: what waits is in the database, and every node sends its part. */
export type Outbox = {
  /** Begins to send what is due, as far as there is room; sending goes on by itself. */
  begin(): Promise<void>
  /** `begin`, for mails that were stored just now; nobody waits for the mail server. */
  wake(): void | Promise<void>
  /** Resolves when what this process has begun is sent, or failed. */
  idle(): Promise<void>
}

/** How long to wait before the next attempt, by how many were made; then as long as the last. */
const WAITS = [10 * SECOND, 1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 1 * HOUR]
/** A mail that could not be sent for so long is of no use to its reader any more. */
const GIVEN_UP = 3 * DAY
/** A node has a mail to itself for so long, which is longer than the mailer tries; then it is taken to be dead. */
const HELD = 3 * MINUTE
const AT_ONCE = 5

/** A mail that somebody has asked for: whether there is anybody to write to is looked up by who sends it. */
export type AskedMail = {
  kind: 'password-reset'
  /** What was typed, in its normal form. */
  login: string
  connections: Pick<Connection, 'id' | 'area'>[]
  /** The path of the page behind the link, with its query where it needs one. */
  page: string
  request: Pick<RequestInfo, 'id' | 'ip' | 'userAgent'>
}

/** @returns the steps that write the mail and what it tells of; none, where there is nobody to write to */
export type FindReader = (asked: AskedMail) => Promise<Step[]>

type Storing = Pick<AppContext, 'encryption' | 'clock' | 'outbox'>

/**
 * The step that puts a mail down to be sent. It stands in the transaction of what the mail tells of, so that neither is
 * without the other; nobody waits for the mail server, so its time tells nobody whether there was somebody to write to.
 */
export const mailStep = (ctx: Storing, mail: Mail): Promise<Step> => waitingStep(ctx, mail)

/** The step that puts down what was asked for. A request ends with it, the same for everybody whom one can ask about. */
export const askedMailStep = (ctx: Storing, asked: AskedMail): Promise<Step> => waitingStep(ctx, asked)

async function waitingStep(ctx: Storing, content: Mail | AskedMail): Promise<Step> {
  const now = ctx.clock.now()
  const write = insertMail({
    id: newSortableId(now),
    encryptedMail: await ctx.encryption.encrypt(JSON.stringify(content)),
    attempts: 0,
    nextAttemptAt: now,
    lastError: null,
    createdAt: now,
  })
  return { write, afterwards: ctx.outbox.wake }
}

type OutboxContext = Pick<AppContext, 'db' | 'clock' | 'encryption' | 'mailer' | 'log' | 'metrics'>

export function createOutbox(ctx: OutboxContext, findReader: FindReader): Outbox {
  const queue = new PQueue({ concurrency: AT_ONCE })
  const underWay = new Set<Promise<void>>()
  let beginning: Promise<void> = Promise.resolve()
  const logNotSent = (error: unknown) => logFailure(ctx.log, error, 'mails were not sent')

  async function beginSome(): Promise<void> {
    const limit = AT_ONCE - queue.pending - queue.size
    if (limit <= 0) return
    for (const mail of await listDueMails(ctx.db, { now: ctx.clock.now(), limit })) {
      if ((await ctx.db.run(takeMail(mail, ctx.clock.now() + HELD))) === 0) continue
      // Behind one that is sent may be more, for which there is room again.
      const sent = queue
        .add(() => send(ctx, mail, findReader))
        .then(begin)
        .catch(logNotSent)
        .finally(() => underWay.delete(sent))
      underWay.add(sent)
    }
  }
  function begin(): Promise<void> {
    beginning = beginning.then(beginSome)
    const begun = beginning
    beginning = begun.catch(() => {})
    return begun
  }
  return {
    begin,
    wake: () => void begin().catch(logNotSent),
    async idle() {
      for (let seen: unknown; seen !== beginning || underWay.size > 0; await Promise.all(underWay)) {
        seen = beginning
        await beginning
      }
    },
  }
}

async function send(ctx: OutboxContext, mail: WaitingMail, findReader: FindReader): Promise<void> {
  const { id, createdAt, attempts } = mail
  let recipient: string | undefined
  try {
    const content = readOwnJson(await ctx.encryption.decrypt(mail.encryptedMail)) as Mail | AskedMail
    if ('kind' in content) {
      // A node that took it up while this one was slow has written the mail.
      const done = must(deleteMail(id), () => new Error('another node has answered it'))
      await ctx.db.atomically([done, ...(await findReader(content))])
      return
    }
    recipient = recipientMark(ctx.encryption, content.to)
    await ctx.mailer.send(content, id)
    ctx.metrics.mails.inc({ outcome: 'sent' })
    ctx.log.info({ mail: id, recipient, attempt: attempts + 1 }, 'a mail was sent')
    await ctx.db.run(deleteMail(id))
  } catch (error) {
    const now = ctx.clock.now()
    const isHopeless = error instanceof RecipientRefused || createdAt + GIVEN_UP <= now
    ctx.metrics.mails.inc({ outcome: isHopeless ? 'given_up' : 'later' })
    ctx.log[isHopeless ? 'error' : 'warn'](
      { err: error, mail: id, recipient, attempt: attempts + 1 },
      isHopeless ? 'a mail was given up' : 'a mail was not sent; it is tried again',
    )
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 300)
    const wait = WAITS[Math.min(attempts, WAITS.length - 1)] ?? 0
    await ctx.db.run(isHopeless ? deleteMail(id) : updateMail(id, { nextAttemptAt: now + wait, lastError }))
  }
}
