/** Runs one file of host tests in a workbench and passes its results on as tests of Node's runner. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../backend-native/server/packageRoot.js';
import { type HostResults, resultsVariable } from './host/hostSuite.js';
import { type WorkbenchOptions, openWorkbench } from './workbench.js';

export interface HostRun extends Pick<WorkbenchOptions, 'workspace' | 'env' | 'settings' | 'workspaceTrust' | 'profile'> {
  /** The file host/<suite>.suite.ts. */
  readonly suite: string;
  readonly limitSeconds?: number;
}

/** Every test of the suite becomes a test of its own; the host must have come to the end of it. */
export async function runHostSuite(t: TestContext, run: HostRun): Promise<HostResults> {
  const { results, exitCode } = await runInHost(run);
  for (const test of results.tests) {
    await t.test(test.title, { skip: test.state === 'skipped' }, () => {
      if (test.state === 'failed') assert.fail(test.error);
    });
  }
  assert.equal(results.finished, true, 'the extension host ended before the tests did');
  assert.notEqual(results.tests.length, 0, 'no test ran');
  assert.equal(exitCode, 0);
  return results;
}

/** Runs a suite whose host does not live to its end; resolves once the results hold the fact. */
export async function runUntilFact(run: HostRun, fact: string): Promise<HostResults> {
  const { results } = await runInHost(run, fact);
  assert.ok(fact in results.facts, `the host told no ${fact}: ${JSON.stringify(results)}`);
  return results;
}

async function runInHost(run: HostRun, untilFact?: string): Promise<{ results: HostResults; exitCode: number | undefined }> {
  const logs = path.join(packageRoot(), 'dist/test-logs', run.suite);
  fs.rmSync(logs, { recursive: true, force: true });
  fs.mkdirSync(logs, { recursive: true });
  const file = path.join(logs, 'results.json');
  const workbench = await openWorkbench({
    ...run,
    env: { ...run.env, [resultsVariable]: file },
    development: { extension: packageRoot(), tests: path.join(packageRoot(), 'dist/test/vscode/host', `${run.suite}.suite.cjs`) },
    logs,
  });
  try {
    const late = new AbortController();
    const limit = sleep((run.limitSeconds ?? 300) * 1000, undefined, { signal: late.signal }).then(() => undefined, () => undefined);
    const exitCode = await Promise.race([workbench.testsEnded, limit, ...(untilFact === undefined ? [] : [factOf(file, untilFact, late.signal)])]);
    late.abort();
    if (exitCode !== 0) await workbench.page.screenshot({ path: path.join(logs, 'end.png') });
    return { results: readResults(file), exitCode };
  } finally {
    await workbench.close();
  }
}

async function factOf(file: string, fact: string, late: AbortSignal): Promise<undefined> {
  while (!late.aborted && !(fact in readResults(file).facts)) await sleep(100);
  return undefined;
}

function readResults(file: string): HostResults {
  if (!fs.existsSync(file)) return { finished: false, tests: [], facts: {} };
  return JSON.parse(fs.readFileSync(file, 'utf8')) as HostResults;
}
