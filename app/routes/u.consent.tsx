import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { chosenScopes, consentPage } from '~/account/consent-page'
import { readConsentAgain } from '~/account/consent-shown'
import { ConsentView } from '~/account/consent-view'
import { enterConsentForm, enterConsentPage, resumeAuthorization } from '~/account/guard'
import { allowConsent, denyConsent } from '~/domain/grants/answer-consent'
import { describeRefusal } from '~/pages/form-answers'

export { AuthorizationProblem as ErrorBoundary } from '~/account/authorization-problem'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.texts.pageTitle ?? 'An app asks for access' },
]

export async function loader(args: LoaderFunctionArgs) {
  return consentPage(await enterConsentPage(args))
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterConsentForm(args)
  const { ctx, pending, form } = visit
  const decision = form.get('decision')
  // A no needs nothing of what the page has shown.
  const page = decision === 'deny' ? undefined : await consentPage(visit)
  const allowed = page ? chosenScopes(page.groups, form) : []
  const changed = page && readConsentAgain(form.get('shown'), page)
  const refuse = (message: string, status: number) => data({ refusal: { message, ticked: allowed } }, { status })
  try {
    if (!page) await denyConsent(ctx, pending, visit)
    else if (decision !== 'allow') return refuse('Choose Allow or Deny.', 400)
    else if (changed) return refuse(changed, 409)
    else if (page.groups.length > 0 && allowed.length === 0)
      return refuse('Tick at least one item, or choose Deny.', 400)
    else await allowConsent(ctx, pending, visit, allowed)
  } catch (error) {
    const { message, status } = describeRefusal(error)
    // Gone: another answer was first, and the authorization goes on with that one.
    if (status !== 410) return refuse(message, status)
  }
  return resumeAuthorization(pending)
}

export default function Consent() {
  return <ConsentView page={useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
