import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostChannel, RequestError } from '../../../../webview/host/channel.js';

function channel(): { channel: HostChannel; posted: { id: number; method: string }[] } {
  const posted: { id: number; method: string }[] = [];
  return {
    channel: new HostChannel((message) => {
      posted.push(message as { id: number; method: string });
    }),
    posted,
  };
}

test('responses_settle_their_own_request_in_any_order', async () => {
  const { channel: host, posted } = channel();
  const first = host.request('thumbnail', { id: 'a' });
  const second = host.request('thumbnail', { id: 'b' });
  assert.deepEqual(
    posted.map(({ method }) => method),
    ['thumbnail', 'thumbnail'],
  );
  assert.ok(host.receive({ type: 'response', id: posted[1]?.id ?? 0, ok: true, result: 'B' }));
  assert.ok(host.receive({ type: 'response', id: posted[0]?.id ?? 0, ok: true, result: 'A' }));
  assert.deepEqual(await Promise.all([first, second]), ['A', 'B']);
});

test('a_refusal_rejects_with_its_code', async () => {
  const { channel: host, posted } = channel();
  const asked = host.request('stop', null);
  host.receive({
    type: 'response',
    id: posted[0]?.id ?? 0,
    ok: false,
    error: { code: 'busy', message: 'no', nextStep: 'wait' },
  });
  await assert.rejects(
    asked,
    (error) => error instanceof RequestError && error.data.code === 'busy' && error.message === 'no',
  );
});

test('a_response_to_nothing_is_told_apart', () => {
  assert.equal(channel().channel.receive({ type: 'response', id: 9, ok: true, result: null }), false);
});
