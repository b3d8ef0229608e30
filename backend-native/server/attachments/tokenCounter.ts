import { textHash } from '../cache/contentHash.js';

/** What the loaded model would take, worked out without running it. */
export interface TokenCounter {
  /** Tokens of a text in the middle of a prompt: no BOS, control tokens spelled in it are plain text. */
  countTokens(text: string): number | Promise<number>;
  /** Tokens of an image of this size in pixels. Left out for a model that reads no images. */
  readonly countImageTokens?: (width: number, height: number) => number | Promise<number>;
}

/** So many counts are remembered: the pieces of some hundred megabytes of text. */
const mostCounts = 20_000;

/**
 * A counter that counts a text once: the same attachments come with every question about them.
 * @param counter of one model
 * @param most counts that are remembered; those that were asked for longest ago are forgotten
 */
export function rememberingCounter(counter: TokenCounter, most = mostCounts): TokenCounter {
  // By hash: a text, or a piece of one, would keep the whole document in memory.
  const counts = new Map<string, number>();
  return {
    ...counter,
    countTokens: async (text) => {
      const key = textHash(text);
      const tokens = counts.get(key) ?? (await counter.countTokens(text));
      counts.delete(key);
      counts.set(key, tokens);
      const oldest = counts.keys().next();
      if (counts.size > most && !oldest.done) counts.delete(oldest.value);
      return tokens;
    },
  };
}
