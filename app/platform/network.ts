import ipaddr from 'ipaddr.js'

/**
 * The network that an address is counted under: of IPv6 its first 64 bits, which one household has all addresses of; an
 * IPv4 address, also one that is written as IPv6, by itself.
 */
export function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  const bytes = address.toByteArray().map((byte, index) => (index < 8 ? byte : 0))
  return `${ipaddr.fromByteArray(bytes).toString()}/64`
}
