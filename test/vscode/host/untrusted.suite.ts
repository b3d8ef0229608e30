/** A workspace that nobody trusts, and whose settings name a model of its own. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { activated, answerOfTerminal, askAbout, question, sample } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';

export const run = hostSuite(() => {
  test('the_embedded_model_answers', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const answer = await askAbout(question, sample('terminal.png'));
    assert.match(answer.text, new RegExp(answerOfTerminal));
    // The workspace names another, which is not even there.
    assert.equal((await activated()).state().model.embedded, true);
  });

  test('the_panel_is_told_that_the_workspace_is_not_trusted', async () => {
    assert.equal((await activated()).state().trusted, false);
  });
});
