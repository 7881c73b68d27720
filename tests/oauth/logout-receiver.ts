import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeAfterFile } from '~tests/support/services'

type Received = { body: URLSearchParams; type: string | undefined }

/** A server of an app that takes logout tokens. */
export async function openReceiver(answer: () => number = () => 200) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      received.push({ body: new URLSearchParams(text), type: request.headers['content-type'] })
      response.statusCode = answer()
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeAfterFile(async () => void server.close())
  return { received, uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout` }
}
