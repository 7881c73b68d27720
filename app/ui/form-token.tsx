import { useRouteLoaderData } from '@remix-run/react'

/** The hidden input that shows a form to be ours; the root loader makes its value for this browser and who is signed in there. */
export function FormToken() {
  const root = useRouteLoaderData<{ formToken: string }>('root')
  return <input type="hidden" name="form_token" value={root?.formToken ?? ''} />
}
