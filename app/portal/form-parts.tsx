import type { FieldMetadata, SubmissionResult } from '@conform-to/react'
import { useMemo } from 'react'
import type { Refusal } from '~/pages/form-answers'
import { ErrorSummary } from '~/ui/error-summary'
import { Notice } from '~/ui/notice'
import type { PageNotice } from './notices'

/** What an input of the form takes from what was sent, or from what it starts with. */
export const inputOf = (field: FieldMetadata<string>) => ({
  name: field.name,
  id: field.id,
  errors: field.errors,
  defaultValue: field.initialValue,
})

/** What is wrong with a form, as a list above it with links to its fields. */
export function FormErrors({ formId, result }: { formId: string; result: SubmissionResult<string[]> | undefined }) {
  const errors = useMemo(
    () =>
      Object.entries(result?.error ?? {}).flatMap(([name, messages]) =>
        (messages ?? []).map((message) => ({ field: name ? `${formId}-${name}` : undefined, message })),
      ),
    [formId, result],
  )
  return <ErrorSummary errors={errors} />
}

/** The answer to one of the forms of a page: to the one whose button was pressed. */
export function answerTo<Answer extends Refusal>(answer: Answer | undefined, ...intents: string[]): Answer | undefined {
  const intent = answer?.lastResult?.initialValue?.intent
  return intents.some((own) => own === intent) ? answer : undefined
}

/** Why something was not done, where no form shows it. */
export function Problem({ answer }: { answer: Refusal | undefined }) {
  return answer?.problem ? <Notice tone="danger" title={answer.problem} /> : null
}

/** What was just done. */
export function Done({ notice }: { notice: PageNotice }) {
  return notice ? (
    <Notice tone={notice.tone ?? 'success'} title={notice.title}>
      {notice.text}
    </Notice>
  ) : null
}
