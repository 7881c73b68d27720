import { expect, it } from 'vitest'
import { createMailer } from '~/platform/mailer'
import { startMailServer } from '~tests/support/mail-server'
import { createTestServices } from '~tests/support/services'

const MAIL = { to: 'ada@example.com', subject: 'Hello', text: 'https://example.com/', html: '' }

it('a mail server elsewhere that offers no encryption gets no mail, unless its URL says so', async () => {
  const services = await createTestServices()
  // To the program this is not its own machine: it knows that by 127.0.0.1 and by its name alone.
  const server = await startMailServer('127.0.0.2')
  const mailerAt = (smtpUrl: string) =>
    createMailer({ ...services, smtpUrl, from: 'Portal <portal@example.com>', folder: '' })
  await expect(mailerAt(server.url).verify()).rejects.toThrow()
  await expect(mailerAt(server.url).send(MAIL, 'one')).rejects.toThrow()
  expect(server.taken).toEqual([])
  const allowed = mailerAt(`${server.url}?requireTLS=false`)
  await allowed.verify()
  await allowed.send(MAIL, 'two')
  expect(server.taken).toHaveLength(1)
  expect(server.taken[0]?.autoSubmitted, 'so that no program answers it').toBe('auto-generated')
})
