/** Around every test: what was opened is closed, and nobody is told of an error on the side. */
import { afterAll, afterEach, beforeEach, vi } from 'vitest'
import { closeTestServices } from './services'

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
