/** Around every test: what was opened is closed, and nobody is told of an error on the side. */
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest'
import { closeTestServices } from './services'

/** A pattern in what is expected is held against the text: for vitest it is an object without members, which any text equals. */
expect.addEqualityTesters([
  (text, pattern) => (typeof text === 'string' && pattern instanceof RegExp ? pattern.test(text) : undefined),
])

let complaints: unknown[][] = []

beforeEach(() => {
  complaints = []
  vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words))
})

afterEach(() => {
  vi.mocked(console.error).mockRestore()
  if (complaints.length > 0) {
    const words = complaints.map((line) => line.map(String).join(' ')).join('\n')
    throw new Error(
      `console.error was called; a test that expects it spies on it itself, with vi.spyOn(console, 'error'):\n${words}`,
    )
  }
})

afterAll(closeTestServices)
