import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { activated, extension } from './lookOnce.js';
import { hostSuite, tellOutside } from './hostSuite.js';
import { backendPids } from './processes.js';

const manifest = () => extension().packageJSON as { main: string; contributes: { commands: { command: string }[] } };

export const run = hostSuite(() => {
  test('nothing_of_ours_runs_before_it_is_needed', () => {
    assert.equal(extension().isActive, false);
  });

  test('activating_starts_no_process', async () => {
    const { activationMs } = await activated();
    tellOutside('activationMs', activationMs);
    tellOutside('loadingMs', Math.min(loading(), loading(), loading(), loading(), loading()));
    assert.deepEqual(backendPids(), []);
  });

  test('every_command_of_the_manifest_is_there', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const declared = manifest().contributes.commands.map(({ command }) => command);
    assert.ok(declared.length > 0);
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });

  test('opening_the_panel_starts_no_process', async () => {
    await vscode.commands.executeCommand('lookOnce.openPanel');
    await vscode.commands.executeCommand('lookOnce.openInEditor');
    assert.deepEqual(backendPids(), []);
  });
});

/** Milliseconds that Node takes for the bundle of the extension, read and compiled again. */
function loading(): number {
  const require = createRequire(path.join(extension().extensionPath, 'package.json'));
  const file = require.resolve(manifest().main);
  const loaded = require.cache[file];
  Reflect.deleteProperty(require.cache, file);
  const start = performance.now();
  require(file);
  const ms = performance.now() - start;
  require.cache[file] = loaded;
  return ms;
}
