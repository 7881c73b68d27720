import { parseWithZod } from '@conform-to/zod/v4'
import { redirect } from '@remix-run/node'
import { deleteApp, requireTypedName } from '~/domain/apps/delete-app'
import { rotateAppSecret } from '~/domain/apps/rotate-app-secret'
import { submitVersion } from '~/domain/apps/submit-version'
import { addTester, removeTester } from '~/domain/apps/testers'
import { discardProposal, withdrawVersion } from '~/domain/apps/withdraw-version'
import { retireClientSecret } from '~/domain/clients/client-secrets'
import { type Answer, refusal, refusedForm } from '~/pages/form-answers'
import { requireFresh } from '~/pages/fresh'
import { DomainError } from '~/platform/errors'
import type { AppDetails } from '~db/queries/apps'
import { rotateForm, submitForm, testerForm } from './forms'
import type { PortalVisit } from './guard'

/** What was made by an act and is shown this once. */
export type NewSecret = { clientId: string; secret: string; oldWorksUntil: number | null }

/** The acts that somebody has to have signed in for just now, and the page to do them on. */
const SENSITIVE = new Map([
  ['rotate-secret', '/credentials'],
  ['retire-secret', '/credentials'],
  ['delete', '/settings'],
])

/**
 * Carries out the act that the button of a form names. Every page of an app takes all of them: an act can be posted to
 * the app's own address or to any page below it.
 * @returns what to show on the page that answers; most acts lead to a page with a notice instead
 */
export async function actOnApp(
  visit: PortalVisit & { form: FormData },
  details: AppDetails,
): Promise<Answer<{ made?: NewSecret }> | Response> {
  const { ctx, form } = visit
  const { clientId } = details.client
  const page = (path: string, notice: string) => redirect(`/portal/apps/${clientId}${path}?notice=${notice}`)
  const sensitive = SENSITIVE.get(String(form.get('intent')))
  if (sensitive) requireFresh(visit, 'portal', `/portal/apps/${clientId}${sensitive}`)
  try {
    switch (form.get('intent')) {
      case 'submit': {
        const parsed = parseWithZod(form, { schema: submitForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await submitVersion(ctx, details, parsed.value.message)
        return page('/review', 'submitted')
      }
      case 'withdraw':
        await withdrawVersion(ctx, details)
        return page('/review', 'withdrawn')
      case 'discard':
        await discardProposal(ctx, details)
        return page('/settings', 'discarded')
      case 'rotate-secret': {
        const parsed = parseWithZod(form, { schema: rotateForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        const { secret, oldWorksUntil } = await rotateAppSecret(ctx, details, parsed.value.overlap_hours)
        return { made: { clientId, secret, oldWorksUntil: parsed.value.overlap_hours === 0 ? null : oldWorksUntil } }
      }
      case 'retire-secret':
        await retireClientSecret(ctx, details.client, String(form.get('secret_id') ?? ''), details.app.partnerId)
        return page('/credentials', 'retired')
      case 'add-tester': {
        const parsed = parseWithZod(form, { schema: testerForm })
        if (parsed.status !== 'success') return refusedForm(parsed)
        await addTester(ctx, details, parsed.value.email)
        return page('/testers', 'tester-added')
      }
      case 'remove-tester':
        await removeTester(ctx, details, String(form.get('email') ?? ''))
        return page('/testers', 'tester-removed')
      case 'delete':
        requireTypedName(details, String(form.get('confirm_name') ?? ''))
        await deleteApp(ctx, details)
        return redirect('/portal/apps?notice=deleted')
      default:
        throw new DomainError('invalid', 'This page does not know what to do with that form. Reload it and try again.')
    }
  } catch (error) {
    return refusal(error, form)
  }
}
