import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { chosenScopes, consentPage } from '~/account/consent-page'
import { ConsentView } from '~/account/consent-view'
import { enterConsentForm, enterConsentPage, resumeAuthorization } from '~/account/guard'
import { allowConsent, denyConsent } from '~/domain/grants/pending-authorization'
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
  const { groups } = await consentPage(visit)
  const allowed = chosenScopes(groups, form)
  const refuse = (message: string, status: number) => data({ refusal: { message, ticked: allowed } }, { status })
  try {
    const decision = form.get('decision')
    if (decision === 'deny') await denyConsent(ctx, pending, visit)
    else if (decision !== 'allow') return refuse('Choose Allow or Deny.', 400)
    else if (groups.length > 0 && allowed.length === 0) return refuse('Tick at least one item, or choose Deny.', 400)
    else await allowConsent(ctx, pending, visit, allowed)
    return resumeAuthorization(pending)
  } catch (error) {
    const { message, status } = describeRefusal(error)
    return refuse(message, status)
  }
}

export default function Consent() {
  return <ConsentView page={useLoaderData<typeof loader>()} refusal={useActionData<typeof action>()?.refusal} />
}
