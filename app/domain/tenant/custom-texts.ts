import type { AppContext } from '~/context'
import { auditEvent } from '~/domain/audit/audit-event'
import { DomainError } from '~/platform/errors'
import { also } from '~db/database'
import { findCustomTexts, findTenantSettings, upsertCustomTexts } from '~db/queries/tenant'
import { type CustomTexts, fillIn, PAGE_TEXTS, type Prompt, problemOfTexts, type TextsOf } from './page-texts'

/** The one language of the pages. */
const LANGUAGE = 'en'

/** The texts of a prompt's pages: the tenant's own, and the program's where it has none. */
export async function readTexts<P extends Prompt>(
  ctx: Pick<AppContext, 'db'>,
  prompt: P,
  clientName: string | undefined,
): Promise<TextsOf<P>> {
  const [own, tenant] = await Promise.all([findCustomTexts(ctx.db, prompt, LANGUAGE), findTenantSettings(ctx.db)])
  const { friendlyName: companyName, supportEmail, supportUrl } = tenant
  const values = { clientName: clientName ?? companyName, companyName, supportEmail, supportUrl }
  const program: CustomTexts = PAGE_TEXTS[prompt]
  const screens = Object.entries(program).map(([screen, texts]) => [
    screen,
    Object.fromEntries(
      Object.entries({ ...texts, ...own?.texts[screen] }).map(([key, text]) => [key, fillIn(text, values)]),
    ),
  ])
  return Object.fromEntries(screens)
}

/**
 * Puts the tenant's own texts on the pages of a prompt, in place of those that it had there.
 * @throws DomainError `invalid` for a text that there is no place for
 */
export async function replaceTexts(
  ctx: AppContext,
  { prompt, language }: { prompt: Prompt; language: string },
  texts: CustomTexts,
): Promise<void> {
  const problem = problemOfTexts(prompt, texts)
  if (problem) throw new DomainError('invalid', problem.message, { field: problem.path.join('.') })
  await ctx.db.atomically([
    also(upsertCustomTexts({ prompt, language, texts, updatedAt: ctx.clock.now() })),
    also(
      auditEvent(
        ctx,
        'settings.updated',
        { type: 'tenant', id: 'tenant' },
        { details: { fields: [`texts.${prompt}`] } },
      ),
    ),
  ])
}
