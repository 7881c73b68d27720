import { isAddress } from '~/platform/web-address'

/** A link that an app's maker gave, if it leads to a web page: nothing else becomes a link on our pages. */
export const webLink = (uri: string | null): string | undefined =>
  uri && isAddress(uri) && /^https?:$/.test(new URL(uri).protocol) ? uri : undefined
