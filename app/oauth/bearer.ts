import type { HttpRequest } from '~/platform/http'

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1), if there is one. */
export const readBearer = ({ headers }: Pick<HttpRequest, 'headers'>): string | undefined =>
  /^bearer +([\w.~+/=-]+)$/i.exec(String(headers.authorization ?? ''))?.[1]
