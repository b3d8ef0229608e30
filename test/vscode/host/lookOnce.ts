/** The extension as the tests of the host drive it: by its commands, and by the messages that the panel would send. */
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../extension/testApi.js';
import type { PanelMethod, PanelRequests } from '../../../webview/protocol/messages.js';
import type { AnswerView, TurnView } from '../../../webview/protocol/state.js';
import { until } from './until.js';

const extensionId = 'look-once.look-once';

export const question = 'What is the error code?';
/** What the stand-in model reads in the small terminal. */
export const answerOfTerminal = 'E4719';

export function extension(): vscode.Extension<TestApi | undefined> {
  const found = vscode.extensions.getExtension<TestApi | undefined>(extensionId);
  assert.ok(found, `${extensionId} is not installed`);
  return found;
}

export async function activated(): Promise<TestApi> {
  const api = await extension().activate();
  assert.ok(api, 'the extension gives no test API in test mode');
  return api;
}

export function sample(name: string): vscode.Uri {
  return vscode.Uri.file(path.join(extension().extensionPath, 'test/fixtures/samples/tiny', name));
}

let nextId = 1;

/** Sends what the panel would send. @throws when the extension replies with an error */
export async function panelSends<M extends PanelMethod>(
  method: M,
  params: PanelRequests[M]['params'],
): Promise<PanelRequests[M]['result']> {
  const api = await activated();
  const response = await api.respondTo({ type: 'request', id: nextId++, method, params });
  assert.ok(response);
  if (!response.ok) throw new Error(`${method}: ${response.error.code}: ${response.error.message}`);
  return response.result as PanelRequests[M]['result'];
}

/** A conversation and a draft with nothing in them. */
export async function startAfresh(): Promise<void> {
  const api = await activated();
  for (const { id } of api.state().draft.attachments) await panelSends('removeAttachment', { id });
  await panelSends('newConversation', null);
}

/** Attaches a file as a drop from the Explorer does. */
export async function attach(...uris: readonly vscode.Uri[]): Promise<void> {
  await panelSends('attachUris', { uris: uris.map((uri) => uri.toString()) });
}

export async function ask(text: string, compare = false): Promise<void> {
  await panelSends('ask', { question: text, compare });
}

/** The newest turn of the open conversation. */
export async function lastTurn(): Promise<TurnView> {
  const turn = (await activated()).state().conversation.turns.at(-1);
  assert.ok(turn, 'the conversation has no turn');
  return turn;
}

/** The newest answer, once it is over. */
export async function lastAnswer(seconds = 90): Promise<AnswerView> {
  return until(
    'an answer',
    async () => {
      const api = await activated();
      const answer = api.state().conversation.turns.at(-1)?.answers.at(-1);
      const isOver = answer && answer.status !== 'waiting' && answer.status !== 'running' && api.running() === null;
      return isOver ? answer : undefined;
    },
    seconds,
  );
}

/** Asks about files, and gives the answer. */
export async function askAbout(text: string, ...uris: readonly vscode.Uri[]): Promise<AnswerView> {
  await startAfresh();
  await attach(...uris);
  await ask(text);
  return lastAnswer();
}
