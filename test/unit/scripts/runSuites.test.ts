/** Which suites `npm test` runs again, in a small checkout whose suites do what a file of theirs says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { scratchFolder } from '../../scratch.js';

/** Each depends on a folder of its own, and on `common`. */
const suites = `
import fs from 'node:fs';
import { Stop } from './report.mjs';
const does = {
  passes: () => ({ passed: 2, failed: 0, skipped: 1 }),
  fails: () => ({ passed: 1, failed: 1, skipped: 0 }),
  stops: () => { throw new Stop('it cannot be built'); },
  dies: () => process.exit(3),
  skips: () => ({ passed: 0, failed: 0, skipped: 3 }),
  writes: () => { fs.appendFileSync('common/file', 'more'); return { passed: 1, failed: 0, skipped: 0 }; },
};
export const suites = ['alone', 'left', 'right'].map((name) => ({
  name,
  what: 'tests ' + name,
  inputs: [name, 'common'],
  run: async () => {
    fs.appendFileSync('ran', name + ' ');
    return does[fs.readFileSync(name + '/file', 'utf8')](name);
  },
}));
`;

const main = `
import { runSuites } from './run-suites.mjs';
import { suites } from './suites.mjs';
const { only, ...options } = JSON.parse(process.argv[2]);
process.exitCode = await runSuites(suites.filter(({ name }) => !only || only === name), options);
`;

class SmallCheckout {
  constructor(readonly root: string) {
    const scripts = path.join(root, 'backend-native/scripts');
    fs.cpSync(path.join(packageRoot(), 'backend-native/scripts'), scripts, { recursive: true });
    fs.writeFileSync(path.join(scripts, 'suites.mjs'), suites);
    fs.writeFileSync(path.join(scripts, 'main.mjs'), main);
    for (const name of ['alone', 'left', 'right', 'common']) this.write(`${name}/file`, 'passes');
  }

  write(name: string, text: string): void {
    const file = path.join(this.root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }

  /** Which suites ran, sorted, and what was said. */
  test(options: { again?: boolean; only?: string } = {}, env: NodeJS.ProcessEnv = {}) {
    fs.rmSync(path.join(this.root, 'ran'), { force: true });
    const script = path.join(this.root, 'backend-native/scripts/main.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, JSON.stringify(options)], {
      cwd: this.root,
      encoding: 'utf8',
      env: { ...process.env, LLAMA_CPP_DIR: '', ...env },
    });
    const ran = path.join(this.root, 'ran');
    const names = fs.existsSync(ran) ? fs.readFileSync(ran, 'utf8').trim().split(' ').sort() : [];
    return { status, stdout, stderr, ran: names, last: stdout.trimEnd().split('\n').at(-1) };
  }
}

function checkout(t: TestContext): SmallCheckout {
  return new SmallCheckout(fs.realpathSync(scratchFolder(t)));
}

const all = ['alone', 'left', 'right'];
const skip = !fs.existsSync('/var/lib/dpkg/status') && 'this machine does not tell what is installed: everything runs';

test('what_passed_and_has_not_changed_is_counted_and_not_run_again', { skip }, (t) => {
  const small = checkout(t);
  assert.deepEqual(small.test().ran, all);
  const { ran, status, stdout, stderr } = small.test();
  assert.deepEqual([ran, status], [[], 0]);
  assert.match(stderr, /^== tests left: unchanged since they passed on \d{4}-\d\d-\d\d \d\d:\d\d UTC: 2 passed then$/m);
  assert.equal(
    stdout,
    '6 of those that passed were not run again: nothing they depend on has changed\n6 passed, 0 failed, 3 skipped\n',
  );
});

test('contents_count_and_times_do_not', { skip }, (t) => {
  const small = checkout(t);
  small.test();
  fs.utimesSync(path.join(small.root, 'left/file'), 1, 1);
  assert.deepEqual(small.test().ran, []);
  small.write('left/deep/new', '');
  assert.deepEqual(small.test().ran, ['left']);
  fs.renameSync(path.join(small.root, 'left/deep/new'), path.join(small.root, 'left/deep/renamed'));
  assert.deepEqual(small.test().ran, ['left']);
  small.write('common/file', 'passed');
  assert.deepEqual(small.test().ran, all);
  small.write('common/node_modules/bought', 'not a source');
  assert.deepEqual(small.test().ran, []);
});

test('all_and_only_run_what_has_not_changed', { skip }, (t) => {
  const small = checkout(t);
  small.test();
  const again = small.test({ again: true });
  assert.deepEqual([again.ran, again.stdout], [all, '6 passed, 0 failed, 3 skipped\n']);
  assert.deepEqual(small.test({ again: true, only: 'right' }).ran, ['right']);
  assert.deepEqual(small.test().ran, []);
});

test('what_failed_was_cut_off_or_was_skipped_as_a_whole_runs_again', { skip }, (t) => {
  const small = checkout(t);
  for (const how of ['fails', 'stops', 'skips']) {
    small.write('left/file', how);
    for (let times = 0; times < 2; times += 1) assert.ok(small.test().ran.includes('left'), how);
    small.write('left/file', 'passes');
    small.test();
  }
  small.write('left/file', 'dies');
  assert.equal(small.test().status, 3);
  assert.ok(small.test().ran.includes('left'));
});

test('what_passed_and_fails_when_it_is_run_again_has_not_passed', { skip }, (t) => {
  const small = checkout(t);
  small.test();
  const passed = path.join(small.root, 'dist/stamps/passed/left.json');
  const stamp = fs.readFileSync(passed);
  small.write('left/file', 'fails');
  small.test();
  assert.equal(fs.existsSync(passed), false);
  fs.writeFileSync(passed, stamp.subarray(0, 20));
  assert.ok(small.test().ran.includes('left'), 'a damaged stamp is none');
});

test('a_source_that_is_written_while_it_is_tested_is_tested_again', { skip }, (t) => {
  const small = checkout(t);
  small.write('left/file', 'writes');
  small.test();
  small.write('common/file', 'passes');
  assert.ok(small.test().ran.includes('left'));
});

test('variables_that_the_tests_look_at_count_and_another_llama_cpp_is_always_tested', { skip }, (t) => {
  const small = checkout(t);
  small.test();
  assert.deepEqual(small.test({}, { COLUMNS: '77' }).ran, []);
  assert.deepEqual(small.test({}, { LOOK_ONCE_KILLS: '1000' }).ran, all);
  assert.deepEqual(small.test({}, { LLAMA_CPP_DIR: small.root }).ran, all);
});

test('a_suite_that_cannot_be_built_or_fails_stops_no_other', (t) => {
  const small = checkout(t);
  small.write('alone/file', 'stops');
  small.write('left/file', 'fails');
  const { status, stderr, ran, last } = small.test();
  assert.deepEqual([status, ran, last], [1, all, '3 passed, 2 failed, 1 skipped']);
  assert.match(stderr, /^error: it cannot be built$/m);
  assert.ok(small.test().ran.includes('left'));
});
