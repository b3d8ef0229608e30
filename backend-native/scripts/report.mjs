/** What the scripts say. Everything goes to stderr: stdout belongs to the result of the command that was asked for. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts of tests */

/** An expected failure: its message is all the user needs, a stack trace would only hide it. */
export class Stop extends Error {
  /**
   * @param {string} message what went wrong, and what to do next
   */
  constructor(message) {
    super(message);
    this.name = 'Stop';
  }
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a script's main function; a Stop ends the process with its message and status 1.
 * @param {() => Promise<number | undefined>} main resolves to the exit status
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(`error: ${error.message}`);
    process.exitCode = 1;
  }
}

/**
 * @param {number} milliseconds
 * @returns {string} '8 s' or '2 min 05 s'
 */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
