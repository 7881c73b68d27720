import { beforeEach, describe, expect, it } from 'vitest'
import { findPasswordReset, requestPasswordReset } from '~/domain/users/reset-password'
import { MINUTE } from '~/platform/durations'
import { listConnections, listDomainConnections } from '~db/queries/connections'
import { findEmailTemplate, updateEmailTemplate } from '~db/queries/email-templates'
import { visitorContext } from '~tests/support/context'
import { createEndUser, createPartner, findOwner } from '~tests/support/people'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeEach(async () => {
  world = await createManagementWorld()
})

const TEMPLATE = {
  template: 'reset_email',
  from: '{{ friendly_name }} <accounts@example.com>',
  subject: 'A new password for {{ user.name }}',
  syntax: 'liquid',
  body: '<html><body><h1>Hello {{ user.name }}</h1><p>Go <a href="{{ url }}">there</a> &amp; choose.</p></body></html>',
  urlLifetimeInSeconds: 600,
  enabled: true,
}

const create = (given: object = {}) => world.call('POST', '/email-templates', { ...TEMPLATE, ...given })
const patch = (body: object) => world.call('PATCH', '/email-templates/reset_email', body)

/** Asks for a new password, and reads the mail. */
async function resetMail(email = world.user.email) {
  const { services } = world
  await requestPasswordReset(
    visitorContext(services),
    await listDomainConnections(services.db, {}),
    email,
    '/u/reset-password',
  )
  return services.mailer.last(email)
}

describe('a mail that the tenant has written', () => {
  it('is sent in place of the program’s: as HTML and as text, from its sender', async () => {
    const made = await create()
    expect([made.status, made.json]).toEqual([201, { ...TEMPLATE, includeEmailInRedirect: false }])
    const mail = await resetMail()
    expect(mail).toMatchObject({
      from: 'Developer Portal <accounts@example.com>',
      to: world.user.email,
      subject: `A new password for ${world.user.user.name}`,
      html: expect.stringContaining(`<h1>Hello ${world.user.user.name}</h1>`),
    })
    const link = world.services.mailer.link(world.user.email)
    expect(link.pathname).toBe('/u/reset-password')
    expect(mail.text).toBe(`Hello ${world.user.user.name}\n\nGo there: ${link.href} & choose.\n`)
  })

  it('has a link that works as long as it says', async () => {
    await create()
    await resetMail()
    const ticket = world.services.mailer.link(world.user.email).searchParams.get('ticket') ?? ''
    const ctx = visitorContext(world.services)
    world.services.clock.advance(9 * MINUTE)
    expect(await findPasswordReset(ctx, ticket)).toBeDefined()
    world.services.clock.advance(1 * MINUTE)
    expect(await findPasswordReset(ctx, ticket)).toBeUndefined()
  })

  it('is text as well, however broken its HTML is', async () => {
    const broken = '{% for one in (1..9000) %}<a href=""{% endfor %}'
    await create({ body: `${broken}<p>Hello</p><style>p{}</style><script>a<b</script><br>there` })
    expect((await resetMail()).text).toMatch(/\n\nHello\n\nthere\n$/)
  })

  it('is for end users: nobody who writes it learns the links of owners and partners', async () => {
    const body = '<img src="https://stranger.example.com/?{{ url }}">'
    for (const template of ['reset_email', 'verify_email']) await create({ template, body, subject: 'Look' })
    const { services } = world
    const [owner, partner] = [await findOwner(services), await createPartner(services, { isVerified: false })]
    expect(services.mailer.last(partner.email).subject).not.toBe('Look')
    for (const { email, connectionId } of [owner, partner]) {
      const connections = (await listConnections(services.db, {})).filter(({ id }) => id === connectionId)
      await requestPasswordReset(visitorContext(services), connections, email, '/admin/reset-password')
      expect(services.mailer.last(email).subject).not.toBe('Look')
      const ticket = services.mailer.link(email).searchParams.get('ticket') ?? ''
      services.clock.advance(11 * MINUTE)
      expect(await findPasswordReset(visitorContext(services), ticket)).toBeDefined()
    }
    expect((await resetMail()).subject).toBe('Look')
  })

  it('takes no markup from what people call themselves', async () => {
    await create({ body: '<p>{{ user.name }}</p><a href="{{ url }}">x</a>' })
    const { email } = await createEndUser(world.services, { name: `O'Neil & "Co"` })
    expect((await resetMail(email)).html).toContain('<p>O&#39;Neil &amp; &#34;Co&#34;</p>')
  })

  it('is not sent where it is off, nor where it has become one that cannot be filled', async () => {
    await create({ enabled: false })
    expect((await resetMail()).subject).toContain('Choose a new password')
    await patch({ enabled: true, body: '{{ url }}' })
    expect((await resetMail()).html).toMatch(/^http/)
    const row = await findEmailTemplate(world.services.db, 'reset_email')
    if (!row) throw new Error('the template is gone')
    await world.services.db.run(updateEmailTemplate({ ...row, body: '{% a later version does not know %}' }))
    expect((await resetMail()).subject).toContain('Choose a new password')
  })

  it('is read, changed in part, replaced whole, and made once', async () => {
    await create()
    expect((await create()).status).toBe(409)
    expect((await patch({ subject: 'Other' })).json).toMatchObject({ subject: 'Other', urlLifetimeInSeconds: 600 })
    const { from, urlLifetimeInSeconds, ...rest } = TEMPLATE
    const replaced = await world.call('PUT', '/email-templates/reset_email', rest)
    expect(replaced.json).toEqual({ ...rest, includeEmailInRedirect: false })
    expect((await world.call('GET', '/email-templates/reset_email')).json).toEqual(replaced.json)
    expect((await world.call('GET', '/email-templates/verify_email')).status).toBe(404)
    expect((await world.call('PATCH', '/email-templates/verify_email', {})).status).toBe(404)
  })
})

describe('a template is refused', () => {
  it.each([
    [{ body: '{% if %}' }, 'body'],
    [{ body: '{{ user.name | nothing_of_the_kind }}' }, 'body'],
    [{ body: '{% include "/etc/passwd" %}' }, 'body'],
    [{ body: '{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}' }, 'body'],
    [{ subject: '{{ nothing }}' }, 'subject'],
    [{ from: 'nobody' }, 'from'],
    [{ syntax: 'html' }, 'syntax'],
    [{ resultUrl: 'https://example.com' }, 'resultUrl'],
    [{ urlLifetimeInSeconds: 1 }, 'urlLifetimeInSeconds'],
  ])('that could not be sent, with the reason: %j', async (given, member) => {
    const answer = await create(given)
    expect([answer.status, answer.json.message]).toEqual([400, expect.stringContaining(`on property ${member}.`)])
  })

  it('for a mail that nobody is sent', async () => {
    const answer = await create({ template: 'welcome_email' })
    expect([answer.status, answer.json.message]).toEqual([400, expect.stringContaining('verify_email, reset_email')])
    expect((await world.call('GET', '/email-templates/welcome_email')).status).toBe(404)
  })
})
