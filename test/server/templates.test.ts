/** The chat templates that llama.cpp collects from published models. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { writeScriptedModel } from '../fixtures/scriptedModel.js';
import { scratchFolder } from '../scratch.js';
import { newClient } from './realBackend.js';

const folder = path.join(packageRoot(), 'backend-native', '.llama.cpp', 'models', 'templates');
const templates = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.jinja')) : [];
const skip = templates.length === 0 ? `no templates in ${folder}` : false;

test('every_collected_template_takes_a_system_and_follow_ups_with_and_without_reasoning', { skip }, async (t) => {
  const failures: string[] = [];
  const client = newClient(t);
  for (const name of templates) {
    try {
      const chatTemplate = fs.readFileSync(path.join(folder, name), 'utf8');
      const words = ['<|im_start|>', '<|im_end|>', 'yes'];
      const script = { chatTemplate, words, says: [], contextLength: 16384 };
      const modelPath = await writeScriptedModel(scratchFolder(t), script);
      await client.request('lookOnce/load', { modelPath, engine: {} });
      for (const reasoning of [true, false]) {
        const talk = new ClientConversation(client);
        for (const question of ['What is this?', 'And that?']) {
          const sampling = { maxTokens: 2, reasoning, maxReasoningTokens: 4 };
          const { reread } = await talk.ask({ question, system: 'Be brief.', sampling });
          if (reread) failures.push(`${name}: read again`);
        }
      }
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  assert.deepEqual(failures, []);
});
