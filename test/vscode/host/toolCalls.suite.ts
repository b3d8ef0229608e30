/** A model of the chat that calls tools, asked as an agent asks it. The settings name one that does. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { activated } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';
import { until } from './until.js';

const question = vscode.LanguageModelChatMessage.User('How is the weather in Oslo?');
const tools: vscode.LanguageModelChatTool[] = [
  {
    name: 'weather',
    description: 'The weather of a city.',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

export const run = hostSuite(() => {
  suite('a model of the chat that calls tools', () => {
    test('calls_one_and_answers_with_its_result', async () => {
      const model = await settingsModel();
      const { text, calls } = await read(await model.sendRequest([question], { tools }));
      assert.equal(text, 'Let me see.');
      const [call] = calls;
      assert.ok(call);
      assert.deepEqual([call.name, call.input], ['weather', { city: 'Oslo' }]);
      const said = new vscode.LanguageModelTextPart(text);
      const result = new vscode.LanguageModelToolResultPart(call.callId, [new vscode.LanguageModelTextPart('-4 °C')]);
      const answered = await model.sendRequest(
        [
          question,
          vscode.LanguageModelChatMessage.Assistant([said, call]),
          vscode.LanguageModelChatMessage.User([result]),
        ],
        { tools },
      );
      assert.deepEqual(await read(answered), { text: 'It is cold.', calls: [] });
    });

    test('can_be_made_to_call_one', async () => {
      const model = await settingsModel();
      const toolMode = vscode.LanguageModelChatToolMode.Required;
      const { calls } = await read(await model.sendRequest([question], { tools, toolMode }));
      assert.deepEqual(
        calls.map(({ name }) => name),
        ['weather'],
      );
    });

    test('says_what_is_wrong_with_a_result', async () => {
      const model = await settingsModel();
      const result = new vscode.LanguageModelToolResultPart('none', [new vscode.LanguageModelTextPart('1')]);
      const asked = async () =>
        read(await model.sendRequest([vscode.LanguageModelChatMessage.User([result])], { tools }));
      await assert.rejects(asked(), /a call of the answer before it/);
    });

    test('has_its_tools_counted', async () => {
      const model = await settingsModel();
      const call = new vscode.LanguageModelToolCallPart('a', 'weather', { city: 'Oslo' });
      assert.ok((await model.countTokens(vscode.LanguageModelChatMessage.Assistant([call]))) > 3);
      const result = new vscode.LanguageModelToolResultPart('a', [new vscode.LanguageModelTextPart('It is cold.')]);
      assert.ok((await model.countTokens(vscode.LanguageModelChatMessage.User([result]))) > 3);
    });
  });
});

/** Once it is known that it calls tools: VS Code gives tools to no other. */
async function settingsModel(): Promise<vscode.LanguageModelChat> {
  await activated();
  let found: vscode.LanguageModelChat | undefined;
  await until('the model of the settings', async () => {
    [found] = await vscode.lm.selectChatModels({ vendor: 'look-once', id: 'settings' });
    return found !== undefined;
  });
  assert.ok(found);
  return found;
}

async function read(
  response: vscode.LanguageModelChatResponse,
): Promise<{ text: string; calls: vscode.LanguageModelToolCallPart[] }> {
  let text = '';
  const calls: vscode.LanguageModelToolCallPart[] = [];
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) text += part.value;
    if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
  }
  return { text, calls };
}
