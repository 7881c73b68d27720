/** What the searches of users and of the log have in common. */
import { LuceneProblem, type LuceneQuery, parseLucene } from '~/platform/lucene'
import { ManagementError } from './errors'

/** @throws ManagementError 400 `invalid_query_string` for what is not Lucene, or not supported of it */
export function readLucene(q: string): LuceneQuery {
  try {
    return parseLucene(q)
  } catch (error) {
    throw error instanceof LuceneProblem ? invalidQuery(error.message) : error
  }
}

export const invalidQuery = (text: string, property = 'q'): ManagementError =>
  new ManagementError(400, 'invalid_query_string', `Query validation error: '${text}' on property ${property}.`)
