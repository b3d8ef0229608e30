/** A reporter for `node --test` that yields the number of passed, failed and skipped tests as JSON. */

/**
 * @param {AsyncIterable<{ type: string, data: { skip?: string | boolean, todo?: string | boolean, details?: { type?: string } } }>} events
 */
// eslint-disable-next-line no-restricted-syntax -- node:test takes a reporter's default export.
export default async function* countReporter(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (data.details?.type === 'suite') continue;
    if (type === 'test:fail') counts.failed += 1;
    else if (type === 'test:pass' && data.skip !== undefined) counts.skipped += 1;
    else if (type === 'test:pass') counts.passed += 1;
  }
  yield JSON.stringify(counts);
}
