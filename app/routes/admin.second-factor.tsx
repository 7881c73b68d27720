import { parseWithZod } from '@conform-to/zod/v4'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { codeForm } from '~/admin/forms'
import { enterAdminHalfWay, enterAdminHalfWayForm } from '~/admin/guard'
import { secondFactorPage, takeSecondFactor } from '~/admin/second-factor'
import { SecondFactorView } from '~/admin/second-factor-view'
import { tenantName } from '~/admin/settings-page'
import { refusal, refusedForm } from '~/pages/form-answers'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction = () => [{ title: 'Second factor' }]

export async function loader(args: LoaderFunctionArgs) {
  const visit = await enterAdminHalfWay(args)
  const page = await secondFactorPage(visit, new URL(args.request.url).searchParams.get('continue'))
  return { ...page, tenant: await tenantName(visit.ctx) }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await enterAdminHalfWayForm(args)
  const parsed = parseWithZod(visit.form, { schema: codeForm })
  if (parsed.status !== 'success') return refusedForm(parsed)
  try {
    const { code, continue: path } = parsed.value
    return await takeSecondFactor(visit, { code, path })
  } catch (error) {
    return refusal(error, visit.form)
  }
}

export default function SecondFactor() {
  return <SecondFactorView {...useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
