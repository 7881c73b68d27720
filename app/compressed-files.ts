/** Files that never change are compressed once, as small as Brotli can, when the first browser asks for one that takes it. */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { FastifyInstance } from 'fastify'

const compress = promisify(brotliCompress)

/** Pictures and fonts are compressed already. */
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** `br` without a weight, or with one that is not nothing (RFC 9110 §12.4.2). */
const TAKES_BROTLI = /(^|,)\s*br\s*(;\s*q=(0\.0*[1-9]\d*|1(\.0+)?)\s*)?(,|$)/i

/**
 * Answers for the routes of a scope that are files of the build, each of which is a route of its own; so the compressed
 * ones, kept in memory, are as many as there are files.
 */
export function sendCompressedFiles(scope: FastifyInstance, publicFolder: string): void {
  const compressed = new Map<string, Promise<Buffer>>()
  scope.addHook('preHandler', async ({ method, routeOptions, headers }, reply) => {
    const { url: file = '' } = routeOptions
    const type = TYPES[extname(file)]
    if (method !== 'GET' || !type || !file.startsWith('/build/')) return
    reply.header('vary', 'accept-encoding')
    if (!TAKES_BROTLI.test(String(headers['accept-encoding']))) return
    let body = compressed.get(file)
    if (!body) {
      body = smallest(join(publicFolder, file))
      compressed.set(file, body)
      body.catch(() => compressed.delete(file))
    }
    return reply
      .headers({ 'content-type': type, 'content-encoding': 'br', ...FOR_A_YEAR, ...NO_SNIFFING })
      .send(await body)
  })
}

/** For files whose name changes with their content. */
export const FOR_A_YEAR = { 'cache-control': 'public, max-age=31536000, immutable' }

export const NO_SNIFFING = { 'x-content-type-options': 'nosniff' }

async function smallest(path: string): Promise<Buffer> {
  const content = await readFile(path)
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  }
  return compress(content, { params })
}
