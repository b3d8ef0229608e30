import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatPart } from '../../../backend-native/client/chatTurns.js';
import type { InspectParams } from '../../../backend-native/protocol/inspect.js';
import { countTokens } from '../../../extension/chat/countTokens.js';

const parts: readonly ChatPart[] = [
  { text: 'What is ' },
  { mime: 'image/png', base64: 'AQID' },
  { text: 'this?' },
  { mime: 'image/jpeg', base64: 'AQ==' },
];

/** A backend with a model that counts seven tokens for a text, and none for a picture that it cannot read. */
function backend(holds: boolean) {
  const asked: InspectParams[] = [];
  const request = (_: string, params: InspectParams) => {
    asked.push(params);
    return Promise.resolve({
      attachments: params.attachments.map(({ kind, source }) =>
        kind === 'document'
          ? { kind, tokens: 7 }
          : 'name' in source && source.name.endsWith('.png')
            ? { kind, tokens: 40 }
            : { kind: 'failed' },
      ),
    });
  };
  return { asked, double: { holds: () => holds, request } as unknown as Parameters<typeof countTokens>[0] };
}

test('the_loaded_model_counts_and_what_it_cannot_count_is_estimated', async () => {
  const { asked, double } = backend(true);
  assert.equal(await countTokens(double, {}, parts), 7 + 40 + 256);
  assert.equal(asked.length, 1);
});

test('nothing_is_loaded_for_counting', async () => {
  const { asked, double } = backend(false);
  assert.equal(await countTokens(double, {}, parts), Math.ceil(13 * 0.3) + 2 * 256);
  assert.equal(await countTokens(double, {}, []), 0);
  assert.deepEqual(asked, []);
});
