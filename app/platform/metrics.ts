import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What a process counts of itself, for `/metrics`. Labels have values of the program's own alone, never of a request. */
export type Metrics = {
  registry: Registry
  /** A request was answered, after so many seconds. */
  answered(request: { method: string; endpoint: string; status: number }, seconds: number): void
  /** Tokens were issued at the token endpoint. */
  issued: Counter<'grant_type'>
  /** A request was refused, by its error code. */
  refused: Counter<'error'>
  /** An event of the audit log, by its type there. Each is counted by one node. */
  events: Counter<'type'>
  mails: Counter<'outcome'>
  deliveries: Counter<'kind' | 'outcome'>
  jobs: Counter<'type' | 'status'>
  /** What is done now and then in the background: when it last ended well, in seconds since the epoch. */
  background: Gauge<'task'>
  mailsWaiting: Gauge
  connections: Gauge<'state'>
}

/** Seconds. A password takes a tenth, a token a few thousandths. */
const BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const duration = new Histogram({
    name: 'portal_request_duration_seconds',
    help: 'Time until a request was answered, by its endpoint and the class of the status; 4xx too where its client went before.',
    labelNames: ['method', 'endpoint', 'class'],
    buckets: BUCKETS,
    registers,
  })
  // The library looks a child up by its sorted labels: that costs more than to observe it.
  const children = new Map<string, Histogram.Internal<string>>()
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers })
  return {
    registry,
    answered({ method, endpoint, status }, seconds) {
      const statusClass = `${Math.floor(status / 100)}xx`
      const key = `${method} ${endpoint} ${statusClass}`
      let child = children.get(key)
      if (!child) {
        child = duration.labels({ method, endpoint, class: statusClass })
        children.set(key, child)
      }
      child.observe(seconds)
    },
    issued: counter('portal_tokens_issued_total', 'Answers of the token endpoint with tokens.', ['grant_type']),
    refused: counter('portal_refusals_total', 'Requests that were refused, by their error.', ['error']),
    events: counter('portal_events_total', 'Events of the audit log; of all nodes, each counts at one.', ['type']),
    mails: counter('portal_mails_total', 'Attempts to send a mail: sent, later (tried again), given_up.', ['outcome']),
    deliveries: counter('portal_deliveries_total', 'Requests to webhooks and log streams: taken, failed.', [
      'kind',
      'outcome',
    ]),
    jobs: counter('portal_jobs_total', 'Jobs that ended.', ['type', 'status']),
    background: gauge(
      'portal_background_last_success_seconds',
      'When a task of the background last ended well, in seconds since the epoch.',
      ['task'],
    ),
    mailsWaiting: gauge('portal_mails_waiting', 'Mails that are still to be sent, of all nodes.', []),
    connections: gauge(
      'portal_database_connections',
      'Connections of this process to PostgreSQL: used, idle; waiting are requests that wait for one.',
      ['state'],
    ),
  }
}
