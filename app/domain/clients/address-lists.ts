/** Lists of addresses, as a form and as a program sends them. How many there are is looked at before any of them is. */
import { z } from 'zod'

/** No address is longer. */
export const MAX_ADDRESS_LENGTH = 2000

/** What is said of a host that is no plain one. */
export const ODD_HOST = 'Write the host with letters, digits, dots and hyphens only.'

export type ProblemOf = (address: string) => string | undefined

/** Addresses one a line; empty lines do not count, and neither do spaces around an address. */
export const addressLines = (max: number, problemOf: ProblemOf, noun = 'addresses') =>
  z
    .string()
    .default('')
    .transform((text, ctx) => {
      const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim())
      const addresses = lines.filter((line) => line !== '')
      if (addresses.length > max) {
        ctx.addIssue(`Use at most ${max} ${noun}.`)
        return z.NEVER
      }
      const isDouble = createDoublesCheck()
      lines.forEach((line, index) => {
        if (line === '') return
        const problem = isDouble(line) ? 'This address is there twice.' : problemOf(line)
        if (problem) ctx.addIssue(`Line ${index + 1}: ${problem}`)
      })
      return addresses
    })

/** The same rules for a list that a program sends. */
export const addressList = (max: number, problemOf: ProblemOf) =>
  z
    .array(z.string())
    .max(max, { error: `Use at most ${max} addresses.`, abort: true })
    .superRefine((addresses, ctx) => {
      const isDouble = createDoublesCheck()
      for (const address of addresses) {
        const problem = isDouble(address) ? 'It is there twice.' : problemOf(address)
        if (problem) ctx.addIssue(`${address.slice(0, 200)}: ${problem}`)
      }
    })

/** Says of one after the other whether it was there before. */
function createDoublesCheck(): (item: string) => boolean {
  const seen = new Set<string>()
  return (item) => seen.size === seen.add(item).size
}
