import type { FieldMetadata, FormMetadata, SubmissionResult } from '@conform-to/react'
import { Form, useLocation } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button as UiButton } from '~/ui/button'
import { Checkbox } from '~/ui/choice'
import { ErrorSummary } from '~/ui/error-summary'
import { PasswordField, Select, TextArea, TextField as UiTextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'

/** What a page is given when its form was refused, or made something to be shown once. */
export type Answer = { lastResult?: SubmissionResult<string[]>; problem?: string; recoveryCodes?: string[] }

/** The refusal of one of several forms of a page: of the one whose button was pressed. */
export function resultFor(answer: Answer | undefined, ...intents: string[]) {
  const intent = answer?.lastResult?.initialValue?.intent
  return typeof intent === 'string' && intents.includes(intent) ? answer?.lastResult : undefined
}

/** The key of a form that stays on its page after it was taken: it then begins anew, without the errors of before. */
export function useFormKey(answer: Answer | undefined): string {
  const { key } = useLocation()
  return answer?.lastResult ? 'refused' : key
}

type PostFormProps = { form?: Pick<FormMetadata, 'id' | 'allErrors'>; action?: string; children: ReactNode }

/** A form that changes something, with what is wrong with it above its fields. */
export function PostForm({ form, action, children }: PostFormProps) {
  const errors = Object.entries(form?.allErrors ?? {}).flatMap(([name, messages]) =>
    messages.map((message) => ({ field: `${form?.id}-${name}`, message })),
  )
  return (
    <Form method="post" id={form?.id} action={action} noValidate className="grid gap-5">
      <FormToken />
      {errors.length > 0 ? <ErrorSummary errors={errors} /> : null}
      {children}
    </Form>
  )
}

type FieldProps = { field: FieldMetadata<string>; label: string; help?: ReactNode; required?: boolean }

const propsOf = ({ field, ...rest }: FieldProps) => ({
  id: field.id,
  name: field.name,
  errors: field.errors,
  defaultValue: field.initialValue,
  ...rest,
})

type TextProps = FieldProps & {
  type?: 'text' | 'email' | 'password' | 'url' | 'number'
  autoComplete?: string
  inputMode?: 'numeric'
}

export function TextField({ type = 'text', autoComplete, inputMode, ...field }: TextProps) {
  if (type === 'password') return <PasswordField {...propsOf(field)} autoComplete={autoComplete} />
  return (
    <UiTextField
      key={field.field.key}
      {...propsOf(field)}
      type={type}
      autoComplete={autoComplete}
      inputMode={inputMode}
    />
  )
}

export function TextAreaField({ rows, ...field }: FieldProps & { rows?: number }) {
  return <TextArea key={field.field.key} {...propsOf(field)} rows={rows} />
}

export function SelectField({ options, ...field }: FieldProps & { options: { value: string; label: string }[] }) {
  return <Select key={field.field.key} {...propsOf(field)} options={options} />
}

export function CheckField({ field, label, help }: FieldProps) {
  const isOn = field.initialValue === 'on'
  return (
    <Checkbox
      key={field.key}
      id={field.id}
      name={field.name}
      label={label}
      help={help}
      errors={field.errors}
      defaultChecked={isOn}
    />
  )
}

type PlainProps = { name: string; label: string; value?: string; type?: 'search' | 'text'; placeholder?: string }

/** A field of a form that only looks things up. */
export function PlainField({ name, label, value, type = 'text', placeholder }: PlainProps) {
  return (
    <UiTextField name={name} label={label} type={type} defaultValue={value} placeholder={placeholder} key={value} />
  )
}

type ButtonProps = {
  children: ReactNode
  name?: string
  value?: string
  tone?: 'primary' | 'secondary' | 'danger' | 'quiet'
}

export function Button({ tone = 'primary', ...rest }: ButtonProps) {
  return <UiButton variant={tone} {...rest} />
}

export function Buttons({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap gap-3">{children}</div>
}

/** The one button of a form of settings. */
export function SaveButton() {
  return (
    <Buttons>
      <Button name="intent" value="save">
        Save
      </Button>
    </Buttons>
  )
}
