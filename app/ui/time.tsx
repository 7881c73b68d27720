import { useEffect, useState } from 'react'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A day of UTC. The same on every machine, so that server and browser render the same text. */
export function dayText(at: number | string): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

function utcText(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${dayText(at)}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

function relativeText(at: number, now: number): string {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  const [unit, size] = UNITS.find(([, milliseconds]) => Math.abs(at - now) >= milliseconds) ?? ['minute', 60_000]
  return Math.abs(at - now) < 60_000 ? 'just now' : format.format(Math.round((at - now) / size), unit)
}

/** A moment, in UTC; with script in the reader's own time, or as how long ago it was. */
export function Time({ at, relative = false }: { at: number; relative?: boolean }) {
  const [text, setText] = useState(() => utcText(at))
  useEffect(() => {
    const local = new Date(at).toLocaleString('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    })
    setText(relative ? relativeText(at, Date.now()) : local)
  }, [at, relative])
  return (
    <time dateTime={new Date(at).toISOString()} title={utcText(at)} className="whitespace-nowrap">
      {text}
    </time>
  )
}
