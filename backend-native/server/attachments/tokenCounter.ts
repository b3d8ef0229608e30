/** What the loaded model would take, worked out without running it. */
export interface TokenCounter {
  /** Tokens of a text in the middle of a prompt: no BOS, control tokens spelled in it are plain text. */
  countTokens(text: string): number | Promise<number>;
  /** Tokens of an image of this size in pixels. Left out for a model that reads no images. */
  readonly countImageTokens?: (width: number, height: number) => number | Promise<number>;
}
