/** A reporter for `node --test` that yields, as JSON, how many tests passed, failed and were skipped. */
import path from 'node:path';

/**
 * @typedef {object} NodeTestSummary
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} empty files that hold no test, which Node reports as one that passed
 */

/**
 * @param {AsyncIterable<{ type: string, data: { name: string, file?: string, skip?: string | boolean, details?: {
 *   type?: string } } }>} events
 */
// eslint-disable-next-line no-restricted-syntax -- node:test takes a reporter's default export.
export default async function* countReporter(events) {
  /** @type {NodeTestSummary} */
  const summary = { passed: 0, failed: 0, skipped: 0, empty: [] };
  for await (const { type, data } of events) {
    if (data.details?.type === 'suite') continue;
    if (type === 'test:fail') summary.failed += 1;
    else if (type !== 'test:pass') continue;
    else if (data.file !== undefined && path.resolve(data.name) === data.file) summary.empty.push(data.file);
    else if (data.skip !== undefined) summary.skipped += 1;
    else summary.passed += 1;
  }
  yield JSON.stringify(summary);
}
