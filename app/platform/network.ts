import ipaddr from 'ipaddr.js'

/** Whether an address is one of those, or lies in a range such as 10.0.0.0/8. IPv4 may be written as IPv6. */
export function addressesIn(entries: readonly string[]): (address: string | undefined) => boolean {
  const ranges = entries.map((entry) => {
    if (entry.includes('/')) return ipaddr.parseCIDR(entry)
    const one = ipaddr.process(entry)
    return [one, one.kind() === 'ipv4' ? 32 : 128] as const
  })
  return (address) => {
    if (address === undefined || !ipaddr.isValid(address)) return false
    const asked = ipaddr.process(address)
    return ranges.some(([range, bits]) => range.kind() === asked.kind() && asked.match(range, bits))
  }
}

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
