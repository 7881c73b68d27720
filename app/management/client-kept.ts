/** What programs keep with a client of Auth0 and nothing here obeys: stored as it comes and given back. */
import { z } from 'zod'
import { type Metadata, mergedMetadata } from '~/platform/metadata'
import type { Client } from '~db/queries/clients'

export const kept = {
  sso: z.boolean(),
  sso_disabled: z.boolean(),
  custom_login_page_on: z.boolean(),
  custom_login_page: z.string().max(100_000),
  custom_login_page_preview: z.string().max(100_000),
  form_template: z.string().max(100_000),
  cross_origin_loc: z.string().max(2000),
  client_aliases: z.array(z.string().max(200)).max(100),
  allowed_clients: z.array(z.string().max(200)).max(100),
  addons: z.record(z.string(), z.unknown()),
  mobile: z.record(z.string(), z.unknown()),
  native_social_login: z.record(z.string(), z.unknown()),
}

export const KEPT_DEFAULTS = {
  sso_disabled: false,
  custom_login_page_on: true,
  client_aliases: [],
  allowed_clients: [],
}

type Kept = { [Name in keyof typeof kept]?: z.output<(typeof kept)[Name]> }

/** What is kept after a body; objects are merged one level deep. `undefined` where the body says nothing of it. */
export function mergedKept(before: Client['keptProperties'], body: Kept): Client['keptProperties'] | undefined {
  const given = Object.keys(kept).flatMap((name) => {
    const value = body[name as keyof typeof kept]
    if (value === undefined) return []
    const isObject = typeof value === 'object' && !Array.isArray(value)
    const stored = before?.[name] as Metadata | undefined
    return [[name, isObject ? mergedMetadata(stored, value, { field: name }) : value] as const]
  })
  return given.length === 0 ? undefined : { ...before, ...Object.fromEntries(given) }
}
