import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { brandSheet } from '~/domain/tenant/brand-sheet'
import { contrast } from '~/domain/tenant/contrast'
import { createTestApplication } from '~tests/support/machine'
import { createManagementWorld, type ManagementWorld } from './management-world'

let world: ManagementWorld
beforeEach(async () => {
  world = await createManagementWorld()
})

const change = async (body: object) => {
  const answer = await world.call('PATCH', '/branding', body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json
}
const BRAND = {
  colors: { primary: '#ffd400', page_background: '#102030' },
  logo_url: 'https://cdn.example.com/logo.png',
  favicon_url: 'https://icons.example.com/icon.png',
  font: { url: 'https://fonts.example.com/brand.woff2' },
}

describe('the branding', () => {
  it('is changed member by member; null takes a value away', async () => {
    expect((await world.call('GET', '/branding')).json).toEqual({})
    expect(await change(BRAND)).toEqual(BRAND)
    expect(await change({ colors: { primary: '#00FF00' } })).toMatchObject({
      colors: { primary: '#00ff00', page_background: '#102030' },
    })
    const reduced = await change({ colors: { page_background: null }, font: null, logo_url: null })
    expect(reduced).toEqual({ colors: { primary: '#00ff00' }, favicon_url: BRAND.favicon_url })
    expect((await world.call('GET', '/branding')).json).toEqual(reduced)
  })

  it.each([
    { colors: { primary: 'red' } },
    { colors: { primary: '#fff; } body { display: none' } },
    { colors: { page_background: { type: 'linear-gradient', start: '#000000', end: '#ffffff', angle_deg: 35 } } },
    { logo_url: 'http://example.com/logo.png' },
    { font: { url: 'https://example.com/") } body{display:none}' } },
    { identifiers: {} },
    ...[';frame-ancestors', ',evil.example', "'self'"].flatMap((end) => [
      { logo_url: `https://a.example${end}/logo.png` },
      { favicon_url: `https://a.example${end}/icon.png` },
      { font: { url: `https://a.example${end}/brand.woff2` } },
    ]),
  ])('refuses what the pages cannot show: %j', async (body) => {
    expect((await world.call('PATCH', '/branding', body)).status).toBe(400)
  })

  it('has no template of HTML, and says why', async () => {
    const path = '/branding/templates/universal-login'
    expect((await world.call('GET', path)).status).toBe(404)
    const refused = await world.call('PUT', path, { template: '<html>' })
    expect([refused.status, refused.json.message]).toEqual([400, expect.stringContaining('PATCH /api/v2/branding')])
    expect((await world.call('DELETE', path)).status).toBe(204)
  })
})

describe('the pages of end users', () => {
  const headersOf = async (url: string) => {
    const app = await createTestApplication(world.services, async () => new Response('a page'))
    return (await app.inject({ url })).headers
  }

  it('wear the colours and the font', async () => {
    expect((await world.machine.get('/brand.css')).text).toBe('')
    await change(BRAND)
    const { text, header } = await world.machine.get('/brand.css')
    expect(header('content-type')).toBe('text/css; charset=utf-8')
    for (const piece of ['--accent-fill:#ffd400', '--on-accent:#000000', 'background:#102030', BRAND.font.url])
      expect(text).toContain(piece)
  })

  it('may load the logo, the icon and the font from where they are, and nothing more; owners’ and partners’ may not', async () => {
    await change(BRAND)
    const policy = (await headersOf('/u/login?request=x'))['content-security-policy']
    expect(policy).toContain("img-src 'self' data: https://icons.example.com https://cdn.example.com;")
    expect(policy).toContain("font-src 'self' https://fonts.example.com;")
    expect(policy).toContain("style-src 'self';")
    for (const path of ['/admin', '/portal/apps'])
      expect((await headersOf(path))['content-security-policy']).not.toContain('example.com')
  })
})

it('whatever the colour, what is written on it and in it can be read', () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
  fc.assert(
    fc.property(colour, (primary) => {
      const sheet = brandSheet({ colors: { primary, page_background: primary } })
      const value = (name: string) => new RegExp(`${name}:([^;}]+)`).exec(sheet)?.[1] ?? ''
      const themes = (name: string) => value(name).match(/#[0-9a-f]{6}/g) ?? []
      const [onLight = '', onDark = ''] = themes('--accent')
      const [softLight = '', softDark = ''] = themes('--accent-soft')
      for (const [text, ground] of [
        [value('--on-accent'), value('--accent-fill')],
        [value('--on-accent'), value('--accent-fill-hover')],
        [onLight, '#ffffff'],
        [onLight, softLight],
        [onDark, '#171c1a'],
        [onDark, softDark],
        [value('.focus-outside{color'), primary],
      ] as const)
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }),
  )
})
