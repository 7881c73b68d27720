import type { FieldMetadata } from '@conform-to/react'
import { sensitivities } from '~/ui/app-words'
import { Badge } from '~/ui/badge'
import { Checkbox } from '~/ui/choice'
import { FieldErrors } from '~/ui/field'
import { TextArea } from '~/ui/form'
import { inputOf } from './form-parts'
import type { ScopeGroup, ScopeRow } from './scope-groups'

export type ScopeValues = { audience: string; scope: string; asked: boolean; reason: string; required: boolean }

/** The rows as the values that a form starts with, in the order in which they are shown. */
export const scopeValues = (groups: ScopeGroup[]): ScopeValues[] =>
  groups.flatMap(({ rows }) =>
    rows.map(({ audience, scope, asked, reason, required }) => ({ audience, scope, asked, reason, required })),
  )

type Props = { groups: ScopeGroup[]; fields: FieldMetadata<ScopeValues>[] }

/** All scopes that can be asked for, by API. The place for a reason appears with its tick, without script too. */
export function ScopePicker({ groups, fields }: Props) {
  const offsets = groups.map((_, index) => groups.slice(0, index).reduce((sum, { rows }) => sum + rows.length, 0))
  return (
    <div className="grid gap-8">
      {groups.map((group, groupIndex) => (
        <fieldset key={group.name} className="min-w-0">
          <legend className="font-semibold">{group.name}</legend>
          {group.description ? <p className="text-sm text-muted">{group.description}</p> : null}
          {group.allowOfflineAccess ? null : (
            <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
              <code className="font-mono">offline_access</code>
              <Badge>Not with this API</Badge>
              Its tokens cannot be refreshed: people sign in again when one has ended.
            </p>
          )}
          <div className="mt-3 divide-y divide-line rounded-card border border-line">
            {group.rows.map((row, index) => {
              const position = (offsets[groupIndex] ?? 0) + index
              return <ScopeLine key={row.scope} row={row} position={position} field={fields[position]} />
            })}
          </div>
        </fieldset>
      ))}
    </div>
  )
}

function ScopeLine({ row, position, field }: { row: ScopeRow; position: number; field?: FieldMetadata<ScopeValues> }) {
  const name = `scopes[${position}]`
  const values = field?.getFieldset()
  const { label, tone } = sensitivities[row.sensitivity]
  return (
    <div className="group p-4">
      <input type="hidden" name={`${name}.audience`} value={row.audience} />
      <input type="hidden" name={`${name}.scope`} value={row.scope} />
      <Checkbox
        name={`${name}.asked`}
        data-ask
        defaultChecked={isOn(values?.asked, row.asked)}
        label={
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <code className="font-mono text-sm break-all">{row.scope}</code>
            <Badge tone={tone}>{label}</Badge>
          </span>
        }
        help={row.description}
      />
      <FieldErrors id={values?.scope.id ?? name} errors={values?.scope.errors} className="mt-1 pl-6.5" />
      <div className="mt-3 grid gap-3 pl-6.5 group-not-has-[[data-ask]:checked]:hidden">
        {values ? (
          <TextArea
            label={
              <>
                Why the app needs <code className="font-mono">{row.scope}</code>
              </>
            }
            rows={2}
            maxLength={300}
            help="People read this when the app asks for access."
            {...inputOf(values.reason)}
          />
        ) : null}
        <Checkbox
          name={`${name}.required`}
          defaultChecked={isOn(values?.required, row.required)}
          label="Required"
          help="The app cannot work without it, so people cannot leave it out."
        />
      </div>
    </div>
  )
}

/** What was sent, where a form was sent: a box that was unticked is missing from it. */
const isOn = (field: FieldMetadata<boolean> | undefined, before: boolean): boolean =>
  field ? field.initialValue === 'on' : before
