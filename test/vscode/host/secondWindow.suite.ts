import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { activated, answerOfTerminal, ask, lastAnswer, panelSends, question } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';
import { backendPids } from './processes.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  test('the_conversation_and_the_attachments_of_the_window_before_are_there', async () => {
    const api = await activated();
    const { conversation, draft } = await until(
      'the conversation',
      () => api.state().conversation.title === 'The broken build' && api.state(),
    );
    const answer = conversation.turns[0]?.answers[0];
    assert.equal(answer?.status, 'done');
    assert.match(answer.text, new RegExp(answerOfTerminal));
    assert.ok(answer.result);
    assert.deepEqual(
      draft.attachments.map(({ name }) => name),
      ['table.png'],
    );
    assert.deepEqual(backendPids(), [], 'restoring starts no process');
  });

  test('the_map_of_what_look_m_kept_is_there', async () => {
    const [turn] = (await activated()).state().conversation.turns;
    assert.ok(turn);
    assert.ok(await panelSends('kvMap', { turnId: turn.id, answerIndex: 0 }));
  });

  test('a_follow_up_goes_on_from_what_the_window_before_left_on_disk', async () => {
    await ask(question);
    const answer = await lastAnswer();
    assert.equal(answer.status, 'done', JSON.stringify(answer.error));
    assert.ok(answer.result);
    // The picture that was attached since then is a new one.
    const { reread, prompt } = answer.result;
    assert.equal(reread, false);
    assert.ok(prompt.restoredTokens > 0, JSON.stringify(prompt));
  });

  test('after_the_cache_was_cleared_a_follow_up_reads_the_conversation_again_and_says_so', async () => {
    await vscode.commands.executeCommand('lookOnce.clearCache');
    // Another process, which holds nothing in memory.
    await vscode.commands.executeCommand('lookOnce.restartBackend');
    await ask(question);
    const answer = await lastAnswer();
    assert.equal(answer.status, 'done', JSON.stringify(answer.error));
    assert.deepEqual([answer.result?.reread, answer.result?.prompt.restoredTokens], [true, 0]);
  });
});
