/** A process with a proxy in front: one that it was told of, and one that it was not. */
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Program, startProgram } from '~tests/support/process'

let program: Program

beforeAll(async () => {
  program = await startProgram()
})

/** As it stands on the wire: nothing is decompressed. */
function ask(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status?: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const asked = request(program.url(path), { headers }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })
}

const FROM_AFAR = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'of-the-proxy-1' }
const warnings = () => program.stderr().match(/TRUST_PROXY does not name/g)?.length ?? 0

describe('that it was not told of', () => {
  it('is warned of once, and is not this machine that reads the metrics', async () => {
    expect((await ask('/metrics')).status).toBe(200)
    expect(warnings()).toBe(0)
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
      expect((await ask('/metrics', { [header]: '127.0.0.1' })).status, header).toBe(403)
    await sleep(200)
    expect(warnings()).toBe(1)
  })

  it('gives no request its id', async () => {
    const { headers } = await ask('/healthz', FROM_AFAR)
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('what browsers and programs load', () => {
  it('is kept for a year where its name changes with it', async () => {
    const page = await ask('/portal/sign-in')
    const [style = ''] = /\/build\/_assets\/styles-[^"]+\.css/.exec(page.body.toString()) ?? []
    const { headers, body } = await ask(style, { 'accept-encoding': 'gzip' })
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(body).toString()).toContain('{')
  })

  it('is sent in Brotli, smaller than in gzip, to who takes it', async () => {
    const page = await ask('/portal/sign-in')
    const [style = ''] = /\/build\/_assets\/styles-[^"]+\.css/.exec(page.body.toString()) ?? []
    const taking = (encodings: string) => ask(style, { 'accept-encoding': encodings })
    const plain = await taking('identity')
    const gzip = await taking('gzip, br;q=0')
    expect(gzip.headers['content-encoding']).toBe('gzip')
    for (const encodings of ['gzip, deflate, br, zstd', 'br', 'br;q=0.5', 'gzip,br;q=1.0']) {
      const { headers, body } = await taking(encodings)
      expect(headers).toMatchObject({ 'content-encoding': 'br', 'cache-control': expect.stringContaining('immutable') })
      expect(headers['content-type']).toBe(plain.headers['content-type'])
      expect(headers.vary).toMatch(/accept-encoding/i)
      expect(brotliDecompressSync(body).equals(plain.body)).toBe(true)
      expect(body.length).toBeLessThan(gzip.body.length)
    }
  })

  it.each(['/.well-known/openid-configuration', '/api/v2/openapi.json', '/portal/sign-in'])(
    '%s is compressed for who takes it so, and plain for others',
    async (path) => {
      const { headers, body } = await ask(path, { 'accept-encoding': 'gzip' })
      expect(headers['content-encoding']).toBe('gzip')
      expect(headers.vary).toMatch(/accept-encoding/i)
      const plain = await ask(path)
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.body.length).toBeGreaterThan(body.length)
    },
  )
})

describe('that it was told of', () => {
  beforeAll(() => program.restart({ TRUST_PROXY: '127.0.0.1', LOG_LEVEL: 'debug' }))

  it('is believed: the visitor and the id of the request are those that it names', async () => {
    const before = warnings()
    const { headers } = await ask('/healthz', FROM_AFAR)
    expect(headers['x-request-id']).toBe(FROM_AFAR['x-request-id'])
    expect((await ask('/healthz', { 'x-request-id': 'with\ttab-and "quotes"' })).headers['x-request-id']).toMatch(
      /^[\da-f-]{36}$/,
    )
    await sleep(200)
    expect(program.stderr()).toMatch(/"requestId":"of-the-proxy-1".*"network":"203\.0\.113\.9"/)
    expect(warnings()).toBe(before)
    expect((await ask('/metrics', FROM_AFAR)).status).toBe(403)
    expect((await ask('/metrics')).status).toBe(200)
  })
})
