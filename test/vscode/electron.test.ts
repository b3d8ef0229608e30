/**
 * The tests of the extension host in the desktop VS Code, which @vscode/test-electron downloads: for a machine with a
 * display.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { runTests } from '@vscode/test-electron';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { scratchFolder } from '../scratch.js';
import { type HostResults, resultsVariable } from './host/hostSuite.js';

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const options = { skip: hasDisplay ? false : 'there is no display' };

for (const suite of ['activation', 'ask']) {
  test(`${suite}_in_the_desktop_vs_code`, options, async (t) => {
    const results = await runInDesktop(t, suite);
    assert.deepEqual(
      results.tests.filter(({ state }) => state === 'failed'),
      [],
    );
    assert.equal(results.finished, true);
    assert.notEqual(results.tests.length, 0);
  });
}

async function runInDesktop(t: TestContext, suite: string): Promise<HostResults> {
  const file = path.join(scratchFolder(t), 'results.json');
  await runTests({
    extensionDevelopmentPath: packageRoot(),
    extensionTestsPath: path.join(packageRoot(), 'dist/test/vscode/host', `${suite}.suite.cjs`),
    extensionTestsEnv: { [resultsVariable]: file },
    launchArgs: [
      scratchFolder(t),
      '--disable-extensions',
      '--disable-workspace-trust',
      `--user-data-dir=${scratchFolder(t)}`,
    ],
  });
  return JSON.parse(fs.readFileSync(file, 'utf8')) as HostResults;
}
