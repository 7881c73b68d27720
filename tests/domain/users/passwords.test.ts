import { hash as bcrypt } from '@node-rs/bcrypt'
import { expect, it } from 'vitest'
import { authenticateByPassword } from '~/domain/users/sign-in'
import { createLog } from '~/platform/log'
import { createPasswords } from '~/platform/passwords'
import { listDomainConnections } from '~db/queries/connections'
import { findUserByLogin, setPasswordHash } from '~db/queries/users'
import { visitorContext } from '~tests/support/context'
import { createEndUser } from '~tests/support/people'
import { createTestServices } from '~tests/support/services'

it('a password is hashed by Argon2id with 19 MiB and two rounds', async () => {
  const hash = await createPasswords({ log: createLog('silent') }).hash('correct horse battery')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

it('a wrong password takes as long for a person, for one with a slow hash of elsewhere, and for nobody, closed or not', async () => {
  const services = await createTestServices()
  const { clock } = services
  const ctx = visitorContext({ ...services, clock: { ...clock, wait: (time) => clock.wait(count(time)) } })
  const waited: number[] = []
  const count = (time: number) => {
    waited.push(time)
    return time
  }
  const connections = await listDomainConnections(services.db, {})
  const [one, moved] = [await createEndUser(services), await createEndUser(services)]
  const ids = connections.map(({ id }) => id)
  const found = await findUserByLogin(services.db, ids, moved.email)
  await services.db.run(setPasswordHash(String(found?.identity.id), await bcrypt('a password of elsewhere', 4)))
  for (let tries = 0; tries < 12; tries += 1)
    for (const login of [one.email, moved.email, 'nobody@example.com'])
      await expect(authenticateByPassword(ctx, connections, { login, password: 'wrong password' })).rejects.toThrow()
  expect(waited).toEqual(Array(36).fill(400))
})
