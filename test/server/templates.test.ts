/** The chat templates that llama.cpp collects from published models. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { ToolOffer } from '../../backend-native/protocol/tools.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { writeScriptedModel } from '../fixtures/scriptedModel.js';
import { scratchFolder } from '../scratch.js';
import { newClient } from './realBackend.js';

const folder = path.join(packageRoot(), 'backend-native', '.llama.cpp', 'models', 'templates');
const templates = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.jinja')) : [];
const skip = templates.length === 0 ? `no templates in ${folder}` : false;

const tools: ToolOffer = {
  list: [{ name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }],
  parallel: true,
};

/** Of those that are collected now. */
const withoutTools: readonly string[] = [
  'HuggingFaceTB-SmolLM3-3B.jinja',
  'deepseek-ai-DeepSeek-R1-Distill-Llama-8B.jinja',
  'deepseek-ai-DeepSeek-R1-Distill-Qwen-32B.jinja',
  'deepseek-ai-DeepSeek-V3.1.jinja',
  'fireworks-ai-llama-3-firefunction-v2.jinja',
  'google-gemma-2-2b-it.jinja',
  'llama-cpp-rwkv-world.jinja',
  'microsoft-Phi-3.5-mini-instruct.jinja',
];

test('every_collected_template_takes_a_system_follow_ups_and_tools_with_and_without_reasoning', { skip }, async (t) => {
  const failures: string[] = [];
  const without: string[] = [];
  const client = newClient(t);
  for (const name of templates) {
    try {
      const chatTemplate = fs.readFileSync(path.join(folder, name), 'utf8');
      const words = ['<|im_start|>', '<|im_end|>', 'yes'];
      const script = { chatTemplate, words, says: [], contextLength: 16384 };
      const modelPath = await writeScriptedModel(scratchFolder(t), script);
      const loaded = await client.request('lookOnce/load', { modelPath, engine: {} });
      for (const reasoning of [true, false]) {
        const talk = new ClientConversation(client);
        for (const question of ['What is this?', 'And that?']) {
          const sampling = { maxTokens: 2, reasoning, maxReasoningTokens: 4 };
          const { reread } = await talk.ask({ question, system: 'Be brief.', sampling });
          if (reread) failures.push(`${name}: read again`);
        }
      }
      if (loaded.status === 'loaded' && loaded.model.tools) await askWithTools(client);
      else without.push(name);
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  assert.deepEqual(failures, []);
  assert.deepEqual(without, withoutTools);
});

/** Offers tools, demands a call, and brings a result. */
async function askWithTools(client: BackendClient): Promise<void> {
  const base = { system: 'Be brief.', tools };
  const sampling = { maxTokens: 2, maxReasoningTokens: 4 };
  await client.request('lookOnce/ask', {
    ...base,
    question: 'How is the weather?',
    tools: { ...tools, required: true },
    sampling: { ...sampling, reasoning: false },
  });
  const call = { id: 'call12345', name: 'weather', arguments: '{"city":"Oslo"}' };
  await client.request('lookOnce/ask', {
    ...base,
    question: '',
    toolResults: [{ id: call.id, name: call.name, content: 'cold' }],
    conversation: { id: 'a', history: [{ question: 'How is the weather?', answer: '', toolCalls: [call] }] },
    sampling,
  });
}
