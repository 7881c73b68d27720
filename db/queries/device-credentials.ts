import { and, count, eq, isNull, or, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, type Handle, query, statement, write } from '../database'
import { isBehind, type Slice, sortedBy } from './keyset'
import { placeholder, rowPlaceholders } from './placeholders'

export type DeviceCredential = Handle['t']['deviceCredentials']['$inferSelect']

const byId = query<{ id: string }, DeviceCredential>('find_device_credential', ({ sql, t: { deviceCredentials: d } }) =>
  sql
    .select()
    .from(d)
    .where(eq(d.id, raw.placeholder('id'))),
)
export const findDeviceCredential = async (db: Database, id: string) => (await byId(db, { id }))[0]

const byKey = query<{ userId: string; clientId: string; jkt: string }, DeviceCredential>(
  'find_device_by_key',
  ({ sql, t: { deviceCredentials: d } }) =>
    sql
      .select()
      .from(d)
      .where(
        and(
          eq(d.userId, raw.placeholder('userId')),
          eq(d.clientId, raw.placeholder('clientId')),
          eq(d.jkt, raw.placeholder('jkt')),
        ),
      ),
)
/** The device of a person whose key a client has proved. */
export const findDeviceByKey = async (db: Database, key: { userId: string; clientId: string; jkt: string }) =>
  (await byKey(db, key))[0]

export type DeviceFilter = { userId?: string; clientId?: string }

const matching = ({ t: { deviceCredentials: d } }: Handle, { userId, clientId }: DeviceFilter): SQL | undefined =>
  and(
    userId === undefined ? undefined : eq(d.userId, userId),
    clientId === undefined ? undefined : eq(d.clientId, clientId),
  )

/** Part of the registered devices, by id. */
export const listDeviceCredentialSlice = (
  { handle }: Database,
  filter: DeviceFilter,
  slice: Slice,
): Promise<DeviceCredential[]> => {
  const { deviceCredentials: d } = handle.t
  return handle.sql
    .select()
    .from(d)
    .where(and(matching(handle, filter), isBehind([d.id], slice)))
    .orderBy(...sortedBy([d.id]))
    .limit(slice.limit)
    .offset(slice.skip)
}

export async function countDeviceCredentials(
  { handle }: Database,
  filter: DeviceFilter,
  after?: Slice['after'],
): Promise<number> {
  const { deviceCredentials: d } = handle.t
  const [row] = await handle.sql
    .select({ count: count() })
    .from(d)
    .where(and(matching(handle, filter), isBehind([d.id], { after, skip: 0, limit: 0 })))
  return row?.count ?? 0
}

/** Touches no row when the person has the device, or the key, with this client already. */
export const insertDeviceCredential = statement<DeviceCredential>('insert_device_credential', ({ sql, t }) =>
  sql.insert(t.deviceCredentials).values(rowPlaceholders(t.deviceCredentials)).onConflictDoNothing(),
)

/** Notes a use; touches no row when the device was removed. Whoever removes it meanwhile waits for this transaction. */
export const touchDeviceCredential = statement<{ id: string; userId: string; clientId: string; at: number }>(
  'touch_device_credential',
  ({ sql, t: { deviceCredentials: d } }) =>
    sql
      .update(d)
      .set({ lastUsedAt: placeholder('at') })
      .where(
        and(
          eq(d.id, raw.placeholder('id')),
          eq(d.userId, raw.placeholder('userId')),
          eq(d.clientId, raw.placeholder('clientId')),
        ),
      ),
)

/** Binds a family to a device; touches no row when it is bound to another key. */
export const bindFamilyToDevice = (familyId: string, { id, jkt, userId, clientId }: DeviceCredential) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ deviceCredentialId: id, dpopJkt: jkt })
      .where(
        and(
          eq(f.id, familyId),
          eq(f.userId, userId),
          eq(f.clientId, clientId),
          or(isNull(f.dpopJkt), eq(f.dpopJkt, jkt)),
        ),
      ),
  )

/** Touches no row unless the device is this person's. */
export const deleteDeviceCredential = (userId: string, id: string) =>
  write(({ sql, t: { deviceCredentials: d } }) => sql.delete(d).where(and(eq(d.id, id), eq(d.userId, userId))))

export const deleteDeviceCredentialsOfUser = (userId: string) =>
  write(({ sql, t: { deviceCredentials: d } }) => sql.delete(d).where(eq(d.userId, userId)))

/** Ends what a device of a person has got, whether or not it was registered then. */
export const revokeFamiliesOfDevice = ({ id, userId, clientId, jkt }: DeviceCredential, at: number) =>
  write(({ sql, t: { tokenFamilies: f } }) =>
    sql
      .update(f)
      .set({ revokedAt: at })
      .where(
        and(
          eq(f.userId, userId),
          eq(f.clientId, clientId),
          or(eq(f.deviceCredentialId, id), eq(f.dpopJkt, jkt)),
          isNull(f.revokedAt),
        ),
      ),
  )
