import { expect, it } from 'vitest'
import { logoutUrlLines, optionalLink, webOriginLines } from '~/domain/clients/client-links'
import { clientName } from '~/domain/clients/client-name'

const problemOf = (name: string) => clientName.safeParse(name).error?.issues[0]?.message

it.each(['Mailbox', 'Bücher & Co.', '写真アプリ', 'a'.repeat(60), "O'Neill 2.0"])('an app can be called %s', (name) => {
  expect(clientName.parse(name)).toBe(name)
})

it.each([
  ['<script>', /Leave out </],
  ['Mail>box', /Leave out </],
  ['Mail\u202exob', /invisible/],
  ['Mail\u200bbox', /invisible/],
  ['Mail\u00adbox', /invisible/],
  ['Mail\u0007box', /invisible/],
  ['\u3164', /invisible/],
  ['\u{e0041}pp', /invisible/],
  ['', /Enter a name/],
  ['  \t ', /Enter a name/],
  ['a'.repeat(61), /at most 60/],
])('an app cannot be called %j', (name, sentence) => {
  expect(problemOf(name)).toMatch(sentence)
})

it('a name that holds line breaks or runs of spaces is one line with single spaces', () => {
  expect(clientName.parse(' Mail\r\n  box ')).toBe('Mail box')
})

it('a page about an app is an https address, or none', () => {
  expect(optionalLink.parse('')).toBeNull()
  expect(optionalLink.parse(' https://example.com/privacy ')).toBe('https://example.com/privacy')
  for (const link of [
    'http://example.com',
    'javascript:alert(1)',
    'https://a@example.com',
    'example.com',
    'https://a b',
  ]) {
    expect(optionalLink.safeParse(link).success).toBe(false)
  }
})

it('a native app’s people come back to its own scheme after signing out', () => {
  const address = 'com.example.app.auth0://login.example.com/android/com.example.app/callback'
  expect(logoutUrlLines('native').parse(address)).toEqual([address])
  expect(logoutUrlLines('spa').safeParse(address).success).toBe(false)
  expect(logoutUrlLines('native').safeParse('javascript:alert(1)').success).toBe(false)
})

it('a web origin has neither path nor slash, and a logout address no fragment', () => {
  expect(webOriginLines('spa').parse('https://app.example.com\nhttp://localhost:3000')).toHaveLength(2)
  expect(webOriginLines('spa').safeParse('https://app.example.com/').error?.issues[0]?.message).toBe(
    'Line 1: Write the origin alone: https://app.example.com',
  )
  expect(webOriginLines('native').parse('capacitor://localhost\nionic://localhost')).toHaveLength(2)
  expect(webOriginLines('spa').safeParse('capacitor://localhost').success).toBe(false)
  for (const wrong of [
    'capacitor://localhost/',
    'javascript://localhost',
    'file://',
    'data:x',
    'Capacitor://localhost',
  ])
    expect(webOriginLines('native').safeParse(wrong).success, wrong).toBe(false)
  expect(webOriginLines('spa').safeParse('null').success).toBe(false)
  expect(logoutUrlLines('regular_web').parse('https://app.example.com/bye')).toHaveLength(1)
  expect(logoutUrlLines('regular_web').safeParse('https://app.example.com/bye#x').success).toBe(false)
  expect(logoutUrlLines('regular_web').safeParse('http://app.example.com/bye').success).toBe(false)
  expect(webOriginLines('spa').safeParse('https://*.example.com').error?.issues[0]?.message).toContain('Wildcards')
})
