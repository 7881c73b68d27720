import type { Encryption } from '~/platform/encryption'

/**
 * What the log calls the recipient of a mail: the same for each mail to an address as long as the first encryption key is,
 * and found only by who has that key and knows the address.
 */
export const recipientMark = (encryption: Encryption, address: string): string =>
  encryption.authenticate('recipient of a mail', address.toLowerCase()).slice(0, 16)
