/** What those who decide wrote to a team. */
export const ReviewersWords = ({ children }: { children: string }) => (
  <blockquote className="border-l-4 border-line-strong pl-4 whitespace-pre-line">
    {children}
    <footer className="mt-1 text-sm text-muted">The reviewers</footer>
  </blockquote>
)
