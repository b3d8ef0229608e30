/**
 * Runs suites of tests, one at a time, and sums them up.
 * What passed before and depends on nothing that has changed since is not run again.
 */
import path from 'node:path';
import { contentPrint, forgetPassed, machinePrint, notePassed, passedBefore } from './passed.mjs';
import { dist } from './paths.mjs';
import { Stop, duration, say } from './report.mjs';

/** @typedef {import('./report.mjs').Counts} Counts */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} what
 * @property {() => Promise<void>} [prepare] builds and installs: nothing else runs meanwhile
 * @property {(how: { whole: boolean }) => Promise<Counts>} run builds nothing; whole: it runs alone, and may measure
 *   times
 * @property {readonly string[]} [inputs] all files and folders of the checkout that its result depends on; without them
 *   it always runs
 * @property {boolean} [quick] needs no native backend, and belongs to the inner loop
 * @property {boolean} [onlyWhenNamed]
 * @property {boolean} [embedded] asks the embedded model; all others ask its tiny stand-in, which is quick and whose
 *   answers are known
 */

/**
 * @param {readonly Suite[]} suites
 * @param {{ again?: boolean, whole?: boolean }} [options] again: those too that passed before; whole: see Suite
 * @returns {Promise<number>} the exit status
 */
export async function runSuites(suites, options = {}) {
  const { again = false, whole = false } = options;
  const start = Date.now();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const prints = new Map(suites.map((suite) => [suite, suite.inputs && contentPrint(suite.inputs)]));
  const before = again ? [] : keptOf(prints);
  let kept = 0;
  for (const [{ what }, { when, counts }] of before) {
    say(`== ${what}: unchanged since they passed on ${when}: ${counts.passed} passed then`);
    add(total, counts);
    kept += counts.passed;
  }

  /** @type {{ name: string, print: string, counts: Counts }[]} */
  const passed = [];
  /** @type {(suite: Suite, counts: Counts) => void} */
  const ended = (suite, counts) => {
    add(total, counts);
    const print = prints.get(suite);
    // What was written while it ran, it may have seen or not.
    if (!suite.inputs || print === undefined || print !== contentPrint(suite.inputs)) return;
    passed.push({ name: suite.name, print, counts });
    note(passed.slice(-1));
  };
  const due = suites.filter((suite) => !before.some(([one]) => one === suite));
  for (const suite of due) forgetPassed(suite.name);
  for (const suite of due) ended(suite, (await prepared(suite)) ?? (await runSuite(suite, { whole })));
  // Once more: what a suite brought to this machine changed it for those before.
  note(passed);
  say(`\n== everything in ${duration(Date.now() - start)}`);
  if (kept > 0)
    process.stdout.write(`${kept} of those that passed were not run again: nothing they depend on has changed\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
}

/**
 * A suite that cannot even start is one failure, and the others still run.
 * @param {Suite} suite
 * @param {{ whole: boolean }} how
 * @returns {Promise<Counts>}
 */
async function runSuite(suite, how) {
  say(`\n== ${suite.what}`);
  const start = Date.now();
  const given = process.env['LOOK_ONCE_MODELS'];
  // A folder without the base weights: the stand-in answers.
  if (!suite.embedded) process.env['LOOK_ONCE_MODELS'] = path.join(dist, 'no-models');
  /** @type {Counts} */
  let counts;
  try {
    counts = await suite.run(how);
  } catch (error) {
    counts = failure(error);
  } finally {
    if (given === undefined) delete process.env['LOOK_ONCE_MODELS'];
    else process.env['LOOK_ONCE_MODELS'] = given;
  }
  say(
    `== ${suite.what}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ` +
      duration(Date.now() - start),
  );
  return counts;
}

/**
 * @param {Suite} suite
 * @returns {Promise<Counts | undefined>} undefined when it can be run; one that cannot be built is one failure
 */
async function prepared(suite) {
  try {
    await suite.prepare?.();
    return undefined;
  } catch (error) {
    say(`\n== ${suite.what}`);
    return failure(error);
  }
}

/**
 * @param {unknown} error
 * @returns {Counts}
 */
function failure(error) {
  if (!(error instanceof Stop)) throw error;
  say(`error: ${error.message}`);
  return { passed: 0, failed: 1, skipped: 0 };
}

/**
 * @param {ReadonlyMap<Suite, string | undefined>} prints
 * @returns {[Suite, import('./passed.mjs').Passed][]} those that need not run
 */
function keptOf(prints) {
  const machine = machinePrint();
  return [...prints].flatMap(([suite, print]) => {
    const passed = print && machine ? passedBefore(suite.name, `${print} ${machine}`) : undefined;
    return passed ? [[suite, passed]] : [];
  });
}

/** @param {readonly { name: string, print: string, counts: Counts }[]} passed */
function note(passed) {
  const machine = machinePrint();
  if (machine === undefined) return;
  for (const { name, print, counts } of passed) notePassed(name, `${print} ${machine}`, counts);
}

/**
 * @param {Counts} total
 * @param {Counts} counts
 */
function add(total, counts) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
