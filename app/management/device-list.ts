/** The devices of users: keys that were registered for them, and refresh tokens that apps keep on them; the keys first. */
import type { AppContext } from '~/context'
import { isRotating } from '~/domain/tokens/refresh-token'
import {
  countDeviceCredentials,
  type DeviceCredential,
  listDeviceCredentialSlice,
} from '~db/queries/device-credentials'
import type { Position, Slice } from '~db/queries/keyset'
import { countRefreshTokensByClient, type LiveRefreshToken, listRefreshTokenSlice } from '~db/queries/refresh-tokens'

export type DeviceType = 'public_key' | 'refresh_token' | 'rotating_refresh_token'
export type DeviceFilter = { userId?: string; clientId?: string; type?: DeviceType }
export type Device = { key: DeviceCredential; token?: undefined } | { token: LiveRefreshToken; key?: undefined }

const KEYS = 0
const TOKENS = 1

export const positionOfDevice = (device: Device): Position =>
  device.key ? [KEYS, device.key.id] : [TOKENS, device.token.family.id]

const hasKeys = ({ type }: DeviceFilter): boolean => type === undefined || type === 'public_key'
const hasTokens = ({ type }: DeviceFilter): boolean => type !== 'public_key'
const isOfType = ({ type }: DeviceFilter, { client }: Pick<LiveRefreshToken, 'client'>): boolean =>
  type === undefined || (type === 'rotating_refresh_token') === isRotating(client)

/** Part of the list, in the order of `positionOfDevice`. */
export async function listDevices(ctx: AppContext, filter: DeviceFilter, slice: Slice): Promise<Device[]> {
  const [kind = KEYS, id] = slice.after ?? []
  if (kind !== KEYS || !hasKeys(filter)) return listTokens(ctx, filter, { ...slice, after: after(id) })
  const keys = await listDeviceCredentialSlice(ctx.db, filter, { ...slice, after: after(id) })
  const limit = slice.limit - keys.length
  if (limit === 0) return keys.map((key) => ({ key }))
  const left = keys.length > 0 || slice.skip === 0 ? 0 : await countDeviceCredentials(ctx.db, filter, after(id))
  const skip = keys.length > 0 ? 0 : slice.skip - left
  return [...keys.map((key) => ({ key })), ...(await listTokens(ctx, filter, { skip, limit }))]
}

const after = (id: string | number | undefined): Position | undefined => (id === undefined ? undefined : [id])

const CHUNK = 500

/** Whether a refresh token rotates, the client's policy says: they are looked through until enough are found. */
async function listTokens(ctx: AppContext, filter: DeviceFilter, { after, skip, limit }: Slice): Promise<Device[]> {
  if (!hasTokens(filter)) return []
  const wanted = { ...filter, now: ctx.clock.now() }
  const found: Device[] = []
  let toSkip = skip
  let from: Slice = { after, skip: 0, limit: Math.min(CHUNK, skip + limit) }
  for (;;) {
    const rows = await listRefreshTokenSlice(ctx.db, wanted, from)
    const ofType = rows.filter((row) => isOfType(filter, row))
    found.push(...ofType.slice(toSkip).map((token) => ({ token })))
    toSkip = Math.max(0, toSkip - ofType.length)
    const last = rows.at(-1)
    if (!last || rows.length < from.limit || found.length >= limit) return found.slice(0, limit)
    from = { ...from, after: [last.family.id] }
  }
}

export async function countDevices(ctx: AppContext, filter: DeviceFilter): Promise<number> {
  const keys = hasKeys(filter) ? await countDeviceCredentials(ctx.db, filter) : 0
  const tokens = hasTokens(filter) ? await countRefreshTokensByClient(ctx.db, { ...filter, now: ctx.clock.now() }) : []
  return tokens.filter((row) => isOfType(filter, row)).reduce((sum, { count }) => sum + count, keys)
}
