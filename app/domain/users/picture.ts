import { createHash } from 'node:crypto'

/** What Auth0 gives as the picture of a person who has set none. */
export function pictureOfAddress(email: string): string {
  const digest = createHash('md5').update(email.toLowerCase()).digest('hex')
  const initials = encodeURIComponent(`https://cdn.auth0.com/avatars/${email.slice(0, 2).toLowerCase()}.png`)
  return `https://s.gravatar.com/avatar/${digest}?s=480&r=pg&d=${initials}`
}
