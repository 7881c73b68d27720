import { Link } from '@remix-run/react'
import clsx from 'clsx'
import { LoaderCircle } from 'lucide-react'
import type { ButtonHTMLAttributes, ReactNode } from 'react'

export type ButtonVariant = 'primary' | 'secondary' | 'danger' | 'quiet'
export type ButtonSize = 'sm' | 'md' | 'lg'

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-control border text-center font-semibold transition-colors disabled:cursor-not-allowed disabled:opacity-60'
const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent-fill text-on-accent shadow-card hover:bg-accent-fill-hover',
  secondary: 'border-line-strong/50 bg-raised text-text shadow-card hover:border-line-strong hover:bg-surface',
  danger: 'border-transparent bg-danger-fill text-on-danger shadow-card hover:bg-danger-hover',
  quiet: 'border-transparent bg-transparent text-text hover:bg-sunken',
}
const SIZES: Record<ButtonSize, string> = {
  sm: 'min-h-10 px-3 text-sm sm:min-h-9',
  md: 'min-h-10 px-4 text-sm',
  lg: 'min-h-11 px-5 text-base',
}

const classes = (variant: ButtonVariant, size: ButtonSize, className?: string) =>
  clsx(BASE, VARIANTS[variant], SIZES[size], className)

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  variant?: ButtonVariant
  size?: ButtonSize
  busy?: boolean
}

/** A button that sends a form, unless another `type` is given. While `busy` it shows that something is going on. */
export function Button({ variant = 'primary', size = 'md', busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button type="submit" {...rest} aria-busy={busy || undefined} className={classes(variant, size, className)}>
      {busy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : null}
      {children}
    </button>
  )
}

type ButtonLinkProps = {
  to: string
  variant?: ButtonVariant
  size?: ButtonSize
  reloadDocument?: boolean
  className?: string
  children: ReactNode
}

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function ButtonLink({
  to,
  variant = 'primary',
  size = 'md',
  reloadDocument,
  className,
  children,
}: ButtonLinkProps) {
  return (
    <Link to={to} reloadDocument={reloadDocument} className={classes(variant, size, className)}>
      {children}
    </Link>
  )
}
