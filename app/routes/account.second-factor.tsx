import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { enterSecondFactorForm, enterSecondFactorPage } from '~/account/guard'
import { answerSecondFactor, secondFactorPage } from '~/account/second-factor'
import { SecondFactorView } from '~/account/second-factor-view'

export { actionHeaders as headers } from '~/pages/form-answers'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.texts['mfa-otp-challenge'].pageTitle ?? 'Second factor' },
]

export async function loader(args: LoaderFunctionArgs) {
  return secondFactorPage(await enterSecondFactorPage(args), args.request)
}

export async function action(args: ActionFunctionArgs) {
  return answerSecondFactor(await enterSecondFactorForm(args), args.request)
}

export default function SecondFactor() {
  return <SecondFactorView page={useLoaderData<typeof loader>()} answer={useActionData<typeof action>()} />
}
