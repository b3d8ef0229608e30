/**
 * What becomes of a question when the backend does not live to answer it. The model of this workbench answers without
 * end.
 */
import assert from 'node:assert/strict';
import { setup, suite, test } from 'mocha';
import * as vscode from 'vscode';
import { activated, ask, attach, lastAnswer, panelSends, sample, startAfresh } from './lookOnce.js';
import { hostSuite, tellOutside } from './hostSuite.js';
import { backendPid, backendPids, isAlive } from './processes.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  setup(startAfresh);

  test('the_model_of_the_settings_is_loaded', async () => {
    assert.equal((await activated()).state().model.embedded, false);
  });

  suite('an answer', () => {
    test('that_is_stopped_keeps_what_had_arrived', async () => {
      const pid = await midAnswer();
      await vscode.commands.executeCommand('lookOnce.stop');
      const { status, text } = await lastAnswer(20);
      assert.equal(status, 'stopped');
      assert.notEqual(text, '');
      assert.equal(backendPid(), pid, 'the backend lives on');
    });

    test('that_is_stopped_while_the_prompt_is_read_leaves_no_text_and_the_next_is_answered', async () => {
      await attach(sample('terminal.png'), sample('editor.png'), sample('table.png'), sample('form.png'));
      await ask('What is this?');
      await until('the question to run', async () => (await activated()).running());
      await panelSends('stop', null);
      assert.equal((await lastAnswer(20)).status, 'stopped');
      await midAnswer();
      await panelSends('stop', null);
    });

    test('that_a_crash_cuts_short_keeps_what_had_arrived_and_says_why', async () => {
      const pid = await midAnswer();
      process.kill(pid, 'SIGKILL');
      const { status, text, error } = await lastAnswer(20);
      assert.equal(status, 'failed');
      assert.notEqual(text, '');
      assert.equal(error?.code, 'backend_crashed');
      assert.notEqual(error.nextStep, '');
    });

    test('after_a_crash_comes_from_a_new_process', async () => {
      assert.deepEqual(backendPids(), []);
      const pid = await midAnswer();
      assert.ok(isAlive(pid));
      await panelSends('stop', null);
      await lastAnswer(20);
    });

    test('of_a_process_that_hangs_is_ended_by_the_watchdog', async () => {
      await set('backend.unresponsiveSeconds', 5);
      const pid = await midAnswer();
      process.kill(pid, 'SIGSTOP');
      const { status, text, error } = await lastAnswer(60);
      assert.equal(status, 'failed');
      assert.notEqual(text, '');
      assert.equal(error?.code, 'backend_hung');
      await until('the process to be gone', () => !isAlive(pid), 10);
      await set('backend.unresponsiveSeconds', undefined);
    });
  });

  suite('a backend', () => {
    test('without_its_native_part_says_so_and_what_to_do', async () => {
      process.env['LOOK_ONCE_NATIVE'] = '/nowhere/look_once.node';
      try {
        await vscode.commands.executeCommand('lookOnce.restartBackend');
        await attach(sample('terminal.png'));
        await ask('What is this?');
        const { status, error } = await lastAnswer(30);
        assert.equal(status, 'failed');
        assert.equal(error?.code, 'native_missing');
      } finally {
        delete process.env['LOOK_ONCE_NATIVE'];
      }
      await vscode.commands.executeCommand('lookOnce.restartBackend');
      await midAnswer();
      await panelSends('stop', null);
      await lastAnswer(20);
    });

    test('that_crashes_five_times_is_not_started_again_until_the_user_says_so', async () => {
      await vscode.commands.executeCommand('lookOnce.restartBackend');
      for (let crash = 1; crash <= 5; crash++) {
        process.kill(await midAnswer(), 'SIGKILL');
        await lastAnswer(20);
        await startAfresh();
      }
      await ask('What is this?');
      const { status, error } = await lastAnswer(20);
      assert.equal(status, 'failed');
      assert.equal(error?.code, 'backend_crashed');
      assert.match(error.message, /5 times/);
      assert.deepEqual(backendPids(), []);
      assert.equal((await activated()).state().backend.status, 'crashed');

      await vscode.commands.executeCommand('lookOnce.restartBackend');
      tellOutside('backendPid', await midAnswer());
    });
  });
});

/** Asks, and comes back in the middle of the answer. @returns the pid of the backend */
async function midAnswer(): Promise<number> {
  await attach(sample('terminal.png'));
  await ask('What is this?');
  await until('the beginning of an answer', async () => (await activated()).running()?.text, 90);
  return backendPid();
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('lookOnce').update(name, value, vscode.ConfigurationTarget.Global);
}
