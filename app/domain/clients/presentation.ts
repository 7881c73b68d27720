import { policyFor } from '~/domain/policy/client-policy'
import type { Client } from '~db/queries/clients'
import type { Grant, Presentation } from '~db/queries/grants'

/** By what people know a client when they allow it something: its name, and where their answer goes. Pure. */
export const presentationOf = (client: Client): Presentation => ({ name: client.name, places: placesOf(client) })

/** Of a client that made itself known nobody has looked at the addresses, so each of them counts; of others the hosts do. */
function placesOf({ source, callbacks }: Client): string[] {
  const isOwnWord = source === 'registration' || source === 'metadata-document'
  return isOwnWord ? callbacks : [...new Set(callbacks.map(hostOf))]
}

function hostOf(uri: string): string {
  const { host, protocol } = new URL(uri)
  return protocol === 'https:' || protocol === 'http:' ? host : protocol
}

export type NewAppearance = { formerName?: string; newPlaces: string[] }

/**
 * What a third-party client shows today and did not show when a person allowed it something; `undefined` where there is
 * nothing. Until the person has seen it, their consent counts for no new authorization. Pure.
 */
export function newSince({ presentedAs }: Pick<Grant, 'presentedAs'>, client: Client): NewAppearance | undefined {
  if (presentedAs === null || policyFor(client).consent !== 'always') return undefined
  const { name, places } = presentationOf(client)
  const newPlaces = places.filter((place) => !presentedAs.places.includes(place))
  if (name === presentedAs.name && newPlaces.length === 0) return undefined
  return { newPlaces, ...(name === presentedAs.name ? {} : { formerName: presentedAs.name }) }
}
