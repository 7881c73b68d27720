import { optionalLink } from '~/domain/clients/client-links'
import { clientText } from '~/domain/clients/client-text'
import { withoutAddress } from '~/platform/shown-text'

/** The name of an organization, which end users read beside its apps' names. */
export const partnerName = clientText({ label: 'the name of your organization', min: 1, max: 80 }).refine(
  ...withoutAddress,
)

export const partnerWebsite = optionalLink
