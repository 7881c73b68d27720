/** `npm run dev`: Remix' development server, which by itself listens on every address of the machine. */
import { Server } from 'node:net'
import { cli } from '@remix-run/dev'

const listen = Server.prototype.listen
Server.prototype.listen = function listenOnLoopback(this: Server, port: unknown, ...rest: unknown[]) {
  const isPortAlone = typeof port === 'number' && typeof rest[0] !== 'string'
  return Reflect.apply(listen, this, isPortAlone ? [port, '127.0.0.1', ...rest] : [port, ...rest])
} as typeof listen

await cli.run(['dev', '-c', 'node build/index.js'])
