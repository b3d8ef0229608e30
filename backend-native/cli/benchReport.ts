/** What `npm run bench` makes of what it measured: pure functions, tested without running anything. */

export interface Measurement {
  readonly promptTokens: number;
  /** KV cells that decoding reads at its start. */
  readonly cells: number;
  readonly kvBytes: number;
  readonly prefillPerSecond: number;
  readonly decodePerSecond: number;
  /** From the start of the program to its end. */
  readonly totalMs: number;
  readonly peakRssBytes: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('Expected at least one value');
  return (lower + upper) / 2;
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(header) + line(header.map(() => '---')) + rows.map(line).join('');
}

/**
 * The times in the performance report of llama.cpp's programs, such as
 * "prompt eval time = 812.31 ms / 1700 tokens (…)" and "eval time = 401.22 ms / 127 runs (…)".
 * @returns undefined when they are not there
 */
export function parseMtmdTimes(stderr: string): Omit<Measurement, 'totalMs' | 'peakRssBytes'> | undefined {
  const prompt = /prompt eval time =\s*([\d.]+) ms \/\s*(\d+) tokens/.exec(stderr);
  const decode = /(?<!prompt )eval time =\s*([\d.]+) ms \/\s*(\d+) runs/.exec(stderr);
  const kv = /size =\s*([\d.]+) MiB \(\s*(\d+) cells/.exec(stderr);
  if (!prompt || !decode) return undefined;
  const promptTokens = Number(prompt[2]);
  return {
    promptTokens,
    cells: promptTokens,
    kvBytes: kv ? ((Number(kv[1]) * 2 ** 20) / Number(kv[2])) * promptTokens : 0,
    prefillPerSecond: (promptTokens * 1000) / Number(prompt[1]),
    decodePerSecond: (Number(decode[2]) * 1000) / Number(decode[1]),
  };
}
