import clsx from 'clsx'

/** The sign of the product: an arch with somebody in it. It takes the colour of the text around it. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className={clsx('shrink-0', className)}>
      <rect width="32" height="32" rx="8" className="fill-current" />
      <path d="M9 23.5V12.5a7 7 0 0 1 14 0v11" className="fill-none stroke-surface stroke-3" strokeLinecap="round" />
      <circle cx="16" cy="19.5" r="2.6" className="fill-surface" />
    </svg>
  )
}

const RADII = [150, 240, 330, 420, 510, 600]

/** The same arch, again and again, behind a page that has one thing to do. */
export function Arches({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1240 900"
      preserveAspectRatio="xMidYMin slice"
      className={clsx('pointer-events-none fill-none stroke-line stroke-1', className)}
    >
      {RADII.map((radius) => (
        <path key={radius} d={`M${620 - radius} 900V${660}a${radius} ${radius} 0 0 1 ${2 * radius} 0V900`} />
      ))}
    </svg>
  )
}
