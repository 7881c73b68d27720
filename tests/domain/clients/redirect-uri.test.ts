import { describe, expect, it } from 'vitest'
import {
  isClaimableCallback,
  isRegisteredRedirectUri,
  redirectUriLines,
  redirectUriProblem,
} from '~/domain/clients/redirect-uri'

const problem = (uri: string) => redirectUriProblem('regular_web', uri)

describe('a callback (RFC 6749 §3.1.2, RFC 9700 §2.1)', () => {
  it.each([
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com:8443/a/b?tenant=1&x=%20',
    'https://xn--bcher-kva.example/cb',
    'http://localhost:3000/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/callback',
  ])('can be %s for every type of app', (uri) => {
    for (const type of ['regular_web', 'spa', 'native'] as const) expect(redirectUriProblem(type, uri)).toBeUndefined()
  })

  it.each([
    ['http://app.example.com/callback', /Use https/],
    ['http://127.0.0.2/callback', /Use https/],
    ['http://0.0.0.0/callback', /Use https/],
    ['http://localhost.example.com/callback', /Use https/],
    ['https://app.example.com/callback#', /fragment/],
    ['https://app.example.com/callback#top', /fragment/],
    ['https://*.example.com/callback', /Wildcards/],
    ['https://app.example.com/*', /Wildcards/],
    ['https://user:secret@app.example.com/', /user name/],
    ['https://app.example.com@evil.example/', /user name/],
    ['https://app.example.com\\@evil.example/', /backslash/],
    ['https://app.example.com/a b', /spaces/],
    ['https://app.example.com/\u0000', /invisible/],
    ['https://app.example.com/\u202egpj', /invisible/],
    ['https://bücher.example/cb', /xn--/],
    ['https://аpp.example/cb', /xn--/],
    ['https://app.example.com/写', /percent-encoded/],
    ['/callback', /whole address/],
    ['app.example.com/callback', /whole address/],
    ['//app.example.com/callback', /whole address/],
    ['https:app.example.com/callback', /two slashes/],
    ['https:///callback', /browsers can open|two slashes/],
    ['https://', /browsers can open|two slashes/],
    ['https://0x7f.1/cb', /normal form/],
    ['https://app.example.com/cb?code=evil', /“code”/],
    ['https://app.example.com/cb?a=1&state=x', /“state”/],
    ['https://app.example.com/cb?error=x', /“error”/],
    ['https://app.example.com/cb?iss=x', /“iss”/],
    ['https://app.example.com/cb?id_token=x', /“id_token”/],
    ['https://app.example.com/cb?%61ccess_token=x', /“access_token”/],
    [`https://app.example.com/${'a'.repeat(2000)}`, /longer/],
  ])('that is %s is answered by what to change', (uri, sentence) => {
    expect(problem(uri)).toMatch(sentence)
  })

  it('is read alike the first time and after thousands of others, when the engine has compiled its reading', () => {
    const umlaut = 'https://bücher.example/cb'
    const first = problem(umlaut)
    for (let others = 0; others < 100_000; others++) problem('https://app.example.com/callback')
    expect(problem(umlaut)).toBe(first)
  })

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'VBScript:x',
    'file:///etc/passwd',
    'blob:https://app.example.com/x',
    'about:blank',
    'intent://x#Intent;end',
  ])('may not be %j, whatever the type (RFC 8252 §8.4)', (uri) => {
    for (const type of ['regular_web', 'native'] as const)
      expect(redirectUriProblem(type, uri)).toMatch(/cannot be callbacks/)
  })

  it('may have a scheme of its own for native apps only, and with a period in it (RFC 8252 §7.1)', () => {
    expect(redirectUriProblem('native', 'com.example.app:/callback')).toBeUndefined()
    expect(redirectUriProblem('native', 'com.example.app://callback')).toBeUndefined()
    expect(redirectUriProblem('native', 'myapp://callback')).toMatch(/reverse/)
    expect(redirectUriProblem('native', 'com.example.app:/cb?code=1')).toMatch(/“code”/)
    expect(redirectUriProblem('spa', 'com.example.app:/callback')).toMatch(/native apps only/)
  })
})

describe('the callbacks of a form', () => {
  it('are counted as the lines that people see', () => {
    const parsed = redirectUriLines('regular_web').safeParse(
      'https://a.example/\r\n\r\n  http://b.example/  \nhttps://a.example/',
    )
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
      'Line 3: Use https. Plain http is possible for localhost, 127.0.0.1 and [::1] only.',
      'Line 4: This address is there twice.',
    ])
  })

  it('lose the spaces around them and the empty lines', () => {
    expect(redirectUriLines('spa').parse(' https://a.example/ \n\n')).toEqual(['https://a.example/'])
  })

  it('are at most ten', () => {
    const eleven = Array.from({ length: 11 }, (_, n) => `https://a.example/${n}`)
    expect(redirectUriLines('spa').safeParse(eleven.slice(1).join('\n')).success).toBe(true)
    expect(redirectUriLines('spa').safeParse(eleven.join('\n')).error?.issues[0]?.message).toMatch(/at most 10/)
  })
})

describe('the callback of a request', () => {
  const registered = 'https://app.example.com/cb?a=1'
  it.each([
    'https://app.example.com/cb',
    'https://app.example.com/cb?a=1&b=2',
    'https://app.example.com/cb?A=1',
    'https://APP.example.com/cb?a=1',
    'https://app.example.com:443/cb?a=1',
    'https://app.example.com/./cb?a=1',
    'https://app.example.com/cb/?a=1',
    'https://app.example.com/cb?a=%31',
    'https://app.example.com/cb?a=1#',
    'http://app.example.com/cb?a=1',
    '',
  ])('%s is not the registered one: it is compared code point by code point (RFC 9700 §2.1)', (given) => {
    const client = { appType: 'regular_web' as const, callbacks: [registered] }
    expect(isRegisteredRedirectUri(client, registered)).toBe(true)
    expect(isRegisteredRedirectUri(client, given)).toBe(false)
  })

  it('may have another port at a loopback IP literal of a native app, and nothing else (RFC 8252 §7.3)', () => {
    const native = {
      appType: 'native' as const,
      callbacks: ['http://127.0.0.1/cb', 'http://[::1]:1/cb', 'http://localhost:3000/cb'],
    }
    const mayBe = (given: string) => isRegisteredRedirectUri(native, given)
    expect(mayBe('http://127.0.0.1:51004/cb')).toBe(true)
    expect(mayBe('http://[::1]:51004/cb')).toBe(true)
    expect(mayBe('http://localhost:3000/cb')).toBe(true)
    expect(mayBe('http://localhost:51004/cb')).toBe(false)
    expect(mayBe('http://127.0.0.1:51004/cb/')).toBe(false)
    expect(mayBe('http://127.0.0.1:51004/cb?x=1')).toBe(false)
    expect(mayBe('http://127.0.0.1:51004/cb#x')).toBe(false)
    expect(mayBe('http://127.0.0.1:99999/cb')).toBe(false)
    expect(mayBe('http://127.0.0.1:80@evil.example/cb')).toBe(false)
    expect(mayBe('http://127.0.0.1.evil.example/cb')).toBe(false)
    expect(mayBe('http://127.0.0.2:1/cb')).toBe(false)
    expect(mayBe('https://127.0.0.1:1/cb')).toBe(false)
    expect(isRegisteredRedirectUri({ ...native, appType: 'spa' }, 'http://127.0.0.1:51004/cb')).toBe(false)
  })
})

it('anyone could claim a loopback callback or one with a scheme of its own (RFC 8252 §8.6)', () => {
  expect(isClaimableCallback('https://app.example.com/cb')).toBe(false)
  for (const uri of [
    'http://127.0.0.1:8/cb',
    'http://localhost/cb',
    'https://localhost/cb',
    'com.example.app:/cb',
    'x',
  ]) {
    expect(isClaimableCallback(uri)).toBe(true)
  }
})
