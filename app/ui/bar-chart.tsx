const WIDTH = 600
const HEIGHT = 120

/** Figures of one day after the other, as an SVG of the server; those who cannot see it get a table. */
export function BarChart({ title, points }: { title: string; points: { label: string; value: number }[] }) {
  const highest = Math.max(0, ...points.map(({ value }) => value))
  const total = points.reduce((sum, { value }) => sum + value, 0)
  const step = WIDTH / Math.max(1, points.length)
  return (
    <figure className="relative">
      <figcaption className="mb-3 flex items-baseline justify-between gap-4 font-semibold">
        {title}
        <span className="text-right text-xs font-normal text-muted">
          {total === 0 ? 'none' : `${total.toLocaleString('en')}, at most ${highest.toLocaleString('en')} a day`}
        </span>
      </figcaption>
      <svg aria-hidden="true" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-32 w-full">
        <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className="stroke-line" strokeDasharray="2 4" />
        <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
        {points.map(({ label, value }, index) => {
          const height = (value / Math.max(1, highest)) * (HEIGHT - 4)
          return (
            <rect
              key={label}
              x={index * step + step * 0.15}
              y={HEIGHT - height}
              width={step * 0.7}
              height={height}
              rx="2"
              className="fill-accent/75 hover:fill-accent"
            >
              <title>{`${label}: ${value.toLocaleString('en')}`}</title>
            </rect>
          )
        })}
      </svg>
      <p aria-hidden="true" className="mt-1.5 flex justify-between text-xs text-muted">
        <span>{points[0]?.label}</span>
        <span>{points.length > 1 ? points.at(-1)?.label : null}</span>
      </p>
      <div className="sr-only">
        <table>
          <caption>{title}</caption>
          <tbody>
            {points.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
