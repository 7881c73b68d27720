import { clientText } from './client-text'

/** The name of an app, as people read it on the consent page. */
export const clientName = clientText({ label: 'a name for the app', min: 1, max: 60 })

/** What an app is for, in a line. */
export const clientDescription = clientText({ label: 'a description', max: 140 })
