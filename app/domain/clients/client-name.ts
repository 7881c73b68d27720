import { withoutAddress } from '~/platform/shown-text'
import { clientText } from './client-text'

export const MAX_CLIENT_NAME = 60

/** The name of an app, as people read it on the consent page. */
export const clientName = clientText({ label: 'a name for the app', min: 1, max: MAX_CLIENT_NAME })

/** The same where strangers choose it. */
export const appName = clientName.refine(...withoutAddress)

/** What an app is for, in a line. */
export const clientDescription = clientText({ label: 'a description', max: 140 })
