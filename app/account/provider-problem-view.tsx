import { ButtonLink } from '~/ui/button'
import { FocusLayout } from '~/ui/layout'
import { Notice } from '~/ui/notice'
import type { ProviderProblem } from './provider-callback'

/** Why a sign-in at another site did not come to its end, and where to go from here. */
export function ProviderProblemView({ tenantName, message, back }: ProviderProblem) {
  const isLinking = back === '/account/security'
  return (
    <FocusLayout tenantName={tenantName} title={isLinking ? 'The account was not added' : 'You could not be signed in'}>
      <div className="grid gap-6">
        <Notice tone="warning">{message}</Notice>
        <ButtonLink to={back} reloadDocument size="lg" className="w-full">
          {isLinking ? 'Back to your account' : 'Back to the sign-in'}
        </ButtonLink>
      </div>
    </FocusLayout>
  )
}
