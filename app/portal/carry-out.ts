import { actor } from '~/pages/acts'
import { refusal } from '~/pages/form-answers'

/** Carries out an act of a page of the portal. */
export const carryOut = actor({ signIn: '/portal/sign-in', refuse: refusal })
