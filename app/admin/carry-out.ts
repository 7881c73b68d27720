import { actor } from '~/pages/acts'
import { refusal } from '~/pages/form-answers'

/** Carries out an act of a page of the admin area. */
export const carryOut = actor({ signIn: '/admin/sign-in', refuse: refusal })
