import type { AuditAction } from '~/domain/audit/audit-event'
import { lookUp } from '~/platform/look-up'
import { fieldLabels } from '~/ui/app-words'
import type { AuditEvent } from '~db/queries/audit'

/** What a partner is shown of the audit log: what was done with the app, and nothing about the people who use it. */
const SENTENCES: Partial<Record<AuditAction, (who: string, details: Details) => string>> = {
  'app.created': (who) => `${who} created the app.`,
  'app.edited': (who, { fields }) => `${who} changed ${listOf(fields)}.`,
  'app.submitted': (who, { version }) => `${who} submitted version ${version} for review.`,
  'app.withdrawn': (who, { version, discarded }) =>
    discarded ? `${who} discarded the changes of version ${version}.` : `${who} withdrew version ${version}.`,
  'app.approved': (who) => `${who} approved the app.`,
  'app.changes-requested': (who) => `${who} asked for changes.`,
  'app.rejected': (who) => `${who} rejected the app.`,
  'app.suspended': (who) => `${who} suspended the app.`,
  'app.reinstated': (who) => `${who} reinstated the app.`,
  'app.tester-added': (who, { email }) => `${who} asked ${email} to test the app.`,
  'app.tester-accepted': (_who, { email }) => `${email} agreed to test the app.`,
  'app.tester-removed': (who, { email }) => `${who} removed the tester ${email}.`,
  'token.replayed': () =>
    'A refresh token of the app was used a second time, as when one is stolen; what came from it was ended.',
  'secret.created': (who) => `${who} made a client secret.`,
  'secret.rotated': (who, { overlapHours }) =>
    Number(overlapHours) > 0
      ? `${who} rotated the client secret; the old one works for ${overlapHours} more hours.`
      : `${who} rotated the client secret and ended the old one at once.`,
  'secret.retired': (who) => `${who} retired an old client secret.`,
}

type Details = Record<string, unknown>

export const activityActions: string[] = Object.keys(SENTENCES)

/** @param team the names of the partner's own people and programs; nobody else is named */
export function activitySentence(event: AuditEvent, team: Map<string, string>): { who: string; sentence: string } {
  const who = actorOf(event, team)
  const say = SENTENCES[event.action as AuditAction]
  return { who, sentence: say ? say(who, event.details ?? {}) : `${who}: ${event.action}` }
}

function actorOf({ actorType, actorId, actorName, action }: AuditEvent, team: Map<string, string>): string {
  const name = team.get(actorId ?? '')
  if (name) return name
  if (actorType !== 'user') return actorType === 'client' ? 'A program' : 'The people who run this site'
  const isReviewers = ['app.approved', 'app.changes-requested', 'app.rejected', 'app.suspended', 'app.reinstated']
  return isReviewers.includes(action) ? 'The reviewers' : (actorName ?? 'A former member of your team')
}

function listOf(fields: unknown): string {
  const names = Array.isArray(fields) ? fields.map((field) => lookUp<string>(fieldLabels, String(field)) ?? field) : []
  const words = names.map((name) => String(name).toLowerCase())
  const last = words.pop()
  if (last === undefined) return 'the app'
  return words.length === 0 ? `the ${last}` : `the ${words.join(', the ')} and the ${last}`
}
