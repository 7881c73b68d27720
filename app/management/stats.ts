import { z } from 'zod'
import { dailyStats } from '~/domain/audit/daily-stats'
import { dateOf } from '~/platform/dates'
import { DAY } from '~/platform/durations'
import { countEndUsers } from '~db/queries/user-search'
import { endpoint } from './endpoint'
import { ManagementError } from './errors'

const tag = 'Stats'
const scopes = ['read:stats']

/** Users are active who signed in since. */
const ACTIVE = 30 * DAY
const MAX_DAYS = 366

const day = z
  .string()
  .regex(/^\d{8}$/, 'Write a day as YYYYMMDD')
  .transform((text) => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`)
  .refine((date) => !Number.isNaN(Date.parse(`${date}T00:00:00Z`)), 'There is no such day')

export const statsEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/stats/active-users',
    summary: 'Get how many users have signed in in the last 30 days',
    tag,
    scopes,
    answer: z.int(),
    run: (ctx) => countEndUsers(ctx.db, ctx.clock.now() - ACTIVE),
  }),
  endpoint({
    method: 'GET',
    path: '/api/v2/stats/daily',
    summary: 'Get what happened on each day',
    tag,
    scopes,
    query: z.object({
      from: day.optional().describe('The first day, as YYYYMMDD; 30 days before the last, if left out.'),
      to: day.optional().describe('The last day; today, if left out.'),
    }),
    answer: z.array(
      z.object({
        date: z.string(),
        logins: z.int(),
        signups: z.int(),
        leaked_passwords: z.literal(0).describe('Passwords are not looked up elsewhere.'),
        created_at: z.string(),
        updated_at: z.string(),
      }),
    ),
    async run(ctx, { query }) {
      const today = dateOf(ctx.clock.now())
      const to = query.to === undefined || query.to > today ? today : query.to
      const from = query.from ?? dateOf(Date.parse(to) - ACTIVE)
      if (Date.parse(to) - Date.parse(from) >= MAX_DAYS * DAY) {
        const message = `Query validation error: 'Ask for at most ${MAX_DAYS} days' on property from.`
        throw new ManagementError(400, 'invalid_query_string', message)
      }
      return (await dailyStats(ctx, { from, to })).map(({ date, logins, signups }) => ({
        date: new Date(date).toISOString(),
        logins,
        signups,
        leaked_passwords: 0 as const,
        created_at: new Date(date).toISOString(),
        updated_at: new Date(date === today ? ctx.clock.now() : Date.parse(date) + DAY).toISOString(),
      }))
    },
  }),
]
