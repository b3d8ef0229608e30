/** What llama.cpp's programs print, read apart. */

export interface MtmdTimes {
  readonly promptTokens: number;
  readonly msEncode: number;
  readonly msPrefill: number;
  readonly msPerToken: number;
  /** Of the cells that the prompt takes. */
  readonly kvBytes: number;
  /** Of the whole cache, as it was allocated. */
  readonly kvAllocated: number;
}

/**
 * The performance report of llama-mtmd-cli, such as "prompt eval time = 812.31 ms / 1700 tokens (…)" and "eval time =
 * 401.22 ms / 127 runs (…)". Its prompt time runs from the first llama_decode until the first token is asked for, with
 * the image encoder in between: what that took is told apart and taken out.
 * @returns undefined when the log is cut short, as it sometimes is at the program's end
 */
export function parseMtmd(stderr: string): MtmdTimes | undefined {
  const prompt = /prompt eval time =\s*([\d.]+) ms \/\s*(\d+) tokens/.exec(stderr);
  const decode = /(?<!prompt )eval time =\s*([\d.]+) ms \/\s*(\d+) runs/.exec(stderr);
  const cache = /size =\s*([\d.]+) MiB \(\s*(\d+) cells/.exec(stderr);
  if (!prompt || !decode || !cache) return undefined;
  const promptTokens = Number(prompt[2]);
  const kvAllocated = Number(cache[1]) * 2 ** 20;
  const encodes = [...stderr.matchAll(/batch encoding done in (\d+) ms/g)].map((match) => Number(match[1]));
  const msEncode = encodes.reduce((sum, ms) => sum + ms, 0);
  return {
    promptTokens,
    msEncode,
    msPrefill: Number(prompt[1]) - msEncode,
    msPerToken: Number(decode[1]) / Number(decode[2]),
    kvBytes: (kvAllocated / Number(cache[2])) * promptTokens,
    kvAllocated,
  };
}

/** Tokens per second of the one test in llama-bench's JSON. */
export function parseLlamaBench(stdout: string): number {
  const tests: unknown = JSON.parse(stdout);
  const speed: unknown =
    Array.isArray(tests) && tests.length === 1 ? (tests[0] as { avg_ts?: unknown }).avg_ts : undefined;
  if (typeof speed !== 'number' || !(speed > 0))
    throw new Error(`Expected one test with a speed for llama-bench but received ${stdout.slice(0, 200)}`);
  return speed;
}
