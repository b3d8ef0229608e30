/**
 * What was measured, one line of JSON per sample, rule and budget: appended at once, so that nothing is lost when a run
 * ends early.
 */
import fs from 'node:fs';
import path from 'node:path';

export interface Key {
  readonly suite: number;
  /** The first half of the hash of the model's files. */
  readonly model: string;
  readonly size: string;
  readonly task: string;
  readonly seed: number;
  readonly rule: string;
  /** The share of the cache that is kept; 1 for the full cache. */
  readonly budget: number;
}

export interface Result extends Key {
  /** One per turn; those of a turn that failed and of all after it are missing. */
  readonly turns: readonly TurnResult[];
  /** Of the first turn, images and documents included; missing when the prompt could not be read. */
  readonly prompt?: { readonly tokens: number; readonly imageTokens: number };
  /**
   * Of that prompt's cache before and after it was compressed, and the most in use at once; runs of old do not tell the
   * peak.
   */
  readonly cells?: { readonly before: number; readonly after: number; readonly peak?: number };
  /** The code of the error that ended the sample. */
  readonly error?: string;
}

export interface TurnResult {
  readonly part?: string;
  readonly facet: string;
  readonly expected: string;
  readonly answer: string;
  readonly right: boolean;
  /**
   * In nats, from the full cache's distribution of the next token; null where one of the two answers was too short to
   * tell.
   */
  readonly divergence: number | null;
}

export function keyOf({ suite, model, size, task, seed, rule, budget }: Key): string {
  return JSON.stringify([suite, model, size, task, seed, rule, budget]);
}

/**
 * The results of a file. A last line without an end was cut when a run was ended: it is taken off the file and measured
 * again.
 * @throws Error that names the line which is no result
 */
export function readResults(file: string): Result[] {
  if (!fs.existsSync(file)) return [];
  const text = fs.readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) fs.writeFileSync(file, whole);
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line, i) => parsed(line, `${file}:${i + 1}`));
}

export function appendResults(file: string, results: readonly Result[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
}

function parsed(line: string, place: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`Expected a result in JSON at ${place} but received ${JSON.stringify(line.slice(0, 60))}`, {
      cause: error,
    });
  }
  if (!isResult(value)) throw new Error(`Expected a result at ${place} but received ${line.slice(0, 60)}`);
  return value;
}

function isResult(value: unknown): value is Result {
  if (typeof value !== 'object' || value === null) return false;
  const { suite, model, size, task, seed, rule, budget, turns } = value as Partial<Record<keyof Result, unknown>>;
  return (
    [suite, seed, budget].every(Number.isFinite) &&
    [model, size, task, rule].every((text) => typeof text === 'string') &&
    Array.isArray(turns)
  );
}
