import { createContext, useContext } from 'react'

/** The nonce of the page's content security policy; empty in the browser, where nothing is to be let in any more. */
export const NonceContext = createContext('')

export const useNonce = (): string => useContext(NonceContext)
