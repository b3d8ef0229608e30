import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { BackendError, errorFromResponse } from '../../../../backend-native/protocol/errors.js';
import type { Backend } from '../../../../backend-native/server/transport/backend.js';
import { serve } from '../../../../backend-native/server/transport/connection.js';
import { sampleReasons } from '../../errorSamples.js';

test('the_facts_of_every_error_come_through_the_connection', async () => {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const [server, client] = [createMessageConnection(there, back), createMessageConnection(back, there)];
  let error = new BackendError('internal', { kind: 'nothingToRead' });
  const handlers = {
    'initialize': () => Promise.resolve({}),
    'lookOnce/info': () => Promise.reject(error),
  };
  serve(server, { handlers } as unknown as Backend, () => undefined);
  server.listen();
  client.listen();
  await client.sendRequest('initialize');
  for (const reason of sampleReasons) {
    error = new BackendError('internal', reason, 'a library said');
    const failure: unknown = await client.sendRequest('lookOnce/info').catch((thrown: unknown) => thrown);
    assert.deepEqual(errorFromResponse(failure).data, error.data);
  }
  client.dispose();
  server.dispose();
});
