import { actor } from '~/pages/acts'
import { refusedAct } from './form-answer'

/** Carries out an act of a page of the account area. */
export const carryOut = actor({ signIn: '/account/sign-in', refuse: refusedAct })
