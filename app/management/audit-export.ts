/** An extension: the whole audit log, as long as it may be. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import { exportEvents, exportedPart } from '~/domain/audit/export-events'
import { endpoint, RawAnswer } from './endpoint'

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8; header=present' }

export const auditExportEndpoints = [
  endpoint({
    method: 'GET',
    path: '/api/v2/audit-export',
    summary: 'Export the audit log, the oldest event first',
    tag: 'Logs',
    scopes: ['read:logs'],
    query: exportedPart,
    answer: z.unknown(),
    async run(ctx, { query }) {
      const { format = 'ndjson' } = query
      const disposition = `attachment; filename="audit-log.${format}"`
      return new RawAnswer({
        status: 200,
        headers: { 'content-type': TYPES[format], 'content-disposition': disposition, 'cache-control': 'no-store' },
        body: Readable.from(await exportEvents(ctx, query), { objectMode: false }),
      })
    },
  }),
]
