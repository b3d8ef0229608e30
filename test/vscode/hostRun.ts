/** Runs one file of host tests in a workbench and passes its results on as tests of Node's runner. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { type HostResults, resultsVariable } from './host/hostSuite.js';
import { isAlive } from './host/processes.js';
import { type WorkbenchOptions, openWorkbench } from './workbench.js';

export interface HostRun extends Pick<
  WorkbenchOptions,
  'workspace' | 'env' | 'settings' | 'workspaceTrust' | 'profile'
> {
  /** The file host/<suite>.suite.ts. */
  readonly suite: string;
  readonly limitSeconds?: number;
}

/** Every test of the suite becomes a test of its own; the host must have come to the end of it. */
export async function runHostSuite(t: TestContext, run: HostRun): Promise<HostResults> {
  const { results, exitCode } = await runInHost(run);
  for (const test of results.tests) {
    await t.test(test.title, { skip: test.state === 'skipped' }, () => {
      if (test.state === 'failed') throw new HostFailure(test.error ?? '');
    });
  }
  assert.equal(results.finished, true, 'the extension host ended before the tests did');
  assert.notEqual(results.tests.length, 0, 'no test ran');
  const failed = results.tests.some(({ state }) => state === 'failed');
  assert.equal(exitCode, failed ? 1 : 0, 'the exit code of the tests');
  return results;
}

/** What failed in the host, with the place that it failed there. */
class HostFailure extends Error {
  constructor(stack: string) {
    super(stack.split('\n', 1)[0]);
    this.name = 'HostFailure';
    this.stack = stack;
  }
}

/** Runs a suite whose host does not live to its end, up to the fact that it tells, and then `check`. */
export async function runUntilFact(
  run: HostRun,
  fact: string,
  check: (results: HostResults) => Promise<void>,
): Promise<HostResults> {
  const { results } = await runInHost(run, async (file, late) => {
    while (!late.aborted && !(fact in readResults(file).facts)) await sleep(100);
    assert.ok(fact in readResults(file).facts, `the host told no ${fact}: ${JSON.stringify(readResults(file))}`);
    await check(readResults(file));
    return undefined;
  });
  return results;
}

type Until = (file: string, late: AbortSignal) => Promise<undefined>;

/** @param until ends the run early, but not before it has looked at what is left of it */
async function runInHost(run: HostRun, until?: Until): Promise<{ results: HostResults; exitCode: number | undefined }> {
  const logs = path.join(packageRoot(), 'dist/test-logs', run.suite);
  fs.rmSync(logs, { recursive: true, force: true });
  fs.mkdirSync(logs, { recursive: true });
  const file = path.join(logs, 'results.json');
  const workbench = await openWorkbench({
    ...run,
    env: { ...run.env, [resultsVariable]: file },
    development: {
      extension: packageRoot(),
      tests: path.join(packageRoot(), 'dist/test/vscode/host', `${run.suite}.suite.cjs`),
    },
    logs,
  });
  const late = new AbortController();
  const limit = setTimeout(
    () => {
      late.abort();
    },
    (run.limitSeconds ?? 300) * 1000,
  );
  try {
    const ends = until ? until(file, late.signal) : workbench.testsEnded;
    const exitCode = await Promise.race([ends, aborted(late.signal)]);
    if (exitCode !== 0) await workbench.page.screenshot({ path: path.join(logs, 'end.png') });
    const results = readResults(file);
    await noSurvivor(results);
    return { results, exitCode };
  } finally {
    clearTimeout(limit);
    await workbench.close();
  }
}

/** The backend that a suite told of must end with its extension host, and not only when the workbench is closed. */
async function noSurvivor({ facts }: HostResults): Promise<void> {
  const pid = Number(facts['backendPid'] ?? 0);
  if (pid === 0) return;
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await sleep(100);
  assert.equal(isAlive(pid), false, 'the backend outlives the extension host by more than 10 s');
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
}

function readResults(file: string): HostResults {
  if (!fs.existsSync(file)) return { finished: false, tests: [], facts: {} };
  return JSON.parse(fs.readFileSync(file, 'utf8')) as HostResults;
}
