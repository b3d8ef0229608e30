/** What the backend says in its log, which people copy into reports: nothing of what was asked or attached. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, pageFile } from './realBackend.js';

test('the_log_has_no_word_of_questions_documents_and_answers_and_stays_short', async (t) => {
  const { model, mmproj } = await writeFixture('smolvlm', scratchFolder(t));
  const lines: string[] = [];
  const client = new BackendClient({ onLog: (line) => lines.push(line) });
  t.after(() => client.close());
  await client.request('lookOnce/load', { modelPath: model, mmprojPath: mmproj, engine: { contextSize: 4096 } });
  const loading = lines.length;
  assert.ok(loading > 0, 'llama.cpp says what it loads');
  const document = { name: 'ledger.txt', text: 'The quartz heron owes 4417 crowns.' };
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  for (const ratio of [0.3, 1]) {
    const question = 'Does the velvet otter know?';
    await ask(client, { question, images, documents: [document], kv: { ratio }, sampling: { maxTokens: 8 } });
  }
  assert.deepEqual(
    lines.filter((line) => /quartz|heron|4417|velvet|otter/i.test(line)),
    [],
  );
  // A line for each input of each graph would be thousands.
  assert.ok(lines.length - loading < 300, `${lines.length - loading} lines for two questions`);
});
