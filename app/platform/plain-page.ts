import { contentSecurityPolicy } from './content-security-policy'
import { escapeHtml } from './html'
import type { HttpAnswer } from './http'

/** What a page without Remix says: each detail is a term and its description, in HTML. */
type PlainPage = { status: number; title: string; advice: string; details: [term: string, html: string][] }

/** A page that needs nothing but its style sheet: no script, no database, no tenant. */
export function plainPage({ status, title, advice, details }: PlainPage): HttpAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': contentSecurityPolicy({
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        'form-action': ["'none'"],
      }),
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/error-page.css">
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(advice)}</p>
<dl>
${details.map(([term, html]) => `<dt>${escapeHtml(term)}</dt><dd>${html}</dd>`).join('\n')}
</dl>
</main>
</body>
</html>
`,
  }
}
