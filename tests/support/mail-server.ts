import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { closeAfterFile } from './services'

export type MailServer = {
  readonly url: string
  /** The mails it has taken, the oldest first. */
  readonly taken: { messageId: string; to: string; subject: string; text: string; autoSubmitted?: string }[]
  /** What it answers to every recipient from now on; `silence` is not even a greeting. */
  answers: string | 'silence'
  /** How many have called while it was silent. */
  silentTo: number
}

/** A mail server that speaks what SMTP (RFC 5321) a sender needs. */
export async function startMailServer(host = '127.0.0.1'): Promise<MailServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    if (made.answers === 'silence') made.silentTo += 1
    else talk(socket)
  }).listen(0, host)
  await once(server, 'listening')
  const made: MailServer = {
    url: `smtp://${host}:${(server.address() as AddressInfo).port}`,
    taken: [],
    answers: '250 fine',
    silentTo: 0,
  }
  closeAfterFile(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  function talk(socket: Socket) {
    let unread = ''
    let isData = false
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 mail.example')
    socket.on('data', async (chunk) => {
      unread += chunk
      for (;;) {
        const end = isData ? '\r\n.\r\n' : '\r\n'
        const at = unread.indexOf(end)
        if (at < 0) return
        const line = unread.slice(0, at)
        unread = unread.slice(at + end.length)
        if (isData) {
          isData = false
          const { messageId = '', to, subject = '', text = '', headers } = await PostalMime.parse(line)
          const autoSubmitted = headers.find(({ key }) => key === 'auto-submitted')?.value
          made.taken.push({ messageId, to: to?.[0]?.address ?? '', subject, text, autoSubmitted })
          say('250 taken')
        } else if (line.startsWith('RCPT')) say(made.answers)
        else if (line.startsWith('STARTTLS')) say('502 no encryption here')
        else if (line.startsWith('DATA')) {
          isData = true
          say('354 go on')
        } else if (line.startsWith('QUIT')) socket.end('221 bye\r\n')
        else say('250 fine')
      }
    })
  }
  return made
}
