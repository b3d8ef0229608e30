/** What a window leaves behind for the next one of the same workspace: see secondWindow.suite.ts. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import { answerOfTerminal, askAbout, attach, panelSends, question, sample, activated } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';

export const run = hostSuite(() => {
  test('a_conversation_is_held_and_something_is_attached', async () => {
    assert.match((await askAbout(question, sample('terminal.png'))).text, new RegExp(answerOfTerminal));
    await panelSends('renameConversation', {
      id: (await activated()).state().conversation.id,
      title: 'The broken build',
    });
    await attach(sample('table.png'));
  });
});
