import { DomainError } from '~/platform/errors'
import type { Client } from '~db/queries/clients'

/** What an app does not do while it is suspended: ask for a review, or have mails sent in its name. @throws DomainError `not_allowed` */
export function requireNotSuspended({ suspendedAt }: Pick<Client, 'suspendedAt'>): void {
  if (suspendedAt !== null)
    throw new DomainError(
      'not_allowed',
      'The app is suspended. Ask the people who run this site to reinstate it first.',
    )
}
