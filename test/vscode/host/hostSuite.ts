/** Runs mocha tests inside the extension host, and writes down what came of them where the outside finds it. */
import fs from 'node:fs';
import Mocha from 'mocha';

/** Where the results go: the only word of the host that is believed, as its exit code is 0 after some crashes. */
export const resultsVariable = 'LOOK_ONCE_TEST_RESULTS';

export interface HostResults {
  /** Whether the suite came to its end; a host that was killed leaves false. */
  finished: boolean;
  readonly tests: HostTest[];
  /** What the outside has to know, such as the pid of the backend. */
  readonly facts: Record<string, string | number>;
}

export interface HostTest {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
  readonly error?: string;
}

const results: HostResults = { finished: false, tests: [], facts: {} };

/**
 * @param define calls mocha's `test` and hooks
 * @returns the `run` that a file of tests exports for VS Code
 */
export function hostSuite(define: () => void): () => Promise<void> {
  return async () => {
    process.setSourceMapsEnabled(true);
    const mocha = new Mocha({ ui: 'tdd', timeout: 120_000, color: false, reporter: 'spec' });
    mocha.suite.emit('pre-require', globalThis, '', mocha);
    define();
    const failures = await new Promise<number>((resolve) => {
      const runner = mocha.run(resolve);
      runner.on('pass', (test) => {
        add(test, 'passed');
      });
      runner.on('pending', (test) => {
        add(test, 'skipped');
      });
      runner.on('fail', (test, error: unknown) => {
        add(test, 'failed', error instanceof Error ? (error.stack ?? error.message) : String(error));
      });
    });
    results.finished = true;
    write();
    if (failures > 0) throw new Error(`${failures} tests failed`);
  };
}

/** Tells the outside something; it is written at once, for a host that does not live on. */
export function tellOutside(name: string, value: string | number): void {
  results.facts[name] = value;
  write();
}

function add(test: Mocha.Runnable, state: HostTest['state'], error?: string): void {
  results.tests.push({
    title: test.fullTitle(),
    state,
    milliseconds: test.duration ?? 0,
    ...(error === undefined ? {} : { error }),
  });
  write();
}

function write(): void {
  const file = process.env[resultsVariable];
  if (!file) throw new Error(`Expected the environment to name a file for the results in ${resultsVariable}`);
  fs.writeFileSync(`${file}.part`, JSON.stringify(results));
  fs.renameSync(`${file}.part`, file);
}
