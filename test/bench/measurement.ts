/** What the programs are measured by. */

/** One run of one program. What a program does not tell is left out, never 0. */
export interface Measurement {
  readonly promptTokens: number;
  readonly imageTokens?: number;
  /**
   * Milliseconds from the prompt, with the model loaded, to the first token: reading and encoding the images included.
   */
  readonly msFirstToken?: number;
  /** The image encoder alone; both programs run the same code for it. */
  readonly msEncode?: number;
  /** The text model over the whole prompt, image encoder and compression excluded. */
  readonly msPrefill?: number;
  readonly msCompress?: number;
  /** Of decoding. */
  readonly msPerToken?: number;
  readonly peakRssBytes?: number;
  readonly kv?: KvBytes;
  /** Share of decoding, as the client saw it, that was not the model: sampling, detokenising, IPC. */
  readonly outsideModel?: Share;
}

export interface KvBytes {
  readonly before: number;
  readonly after: number;
  readonly peak?: number;
  /** How much the memory of the process fell when the cache was compressed; left out where it is not known. */
  readonly residentFreed?: number;
}

export interface Share {
  readonly share: number;
  /** Whether the time inside the model was measured; otherwise all that the engine does counts as the model. */
  readonly exact: boolean;
}

/** One program on one prompt, in every round. */
export interface Row {
  readonly program: string;
  readonly runs: readonly Measurement[];
  /** Why there are no more runs, or none. */
  readonly failure?: string;
}

/** One prompt size of one model. */
export interface CaseResult {
  readonly model: string;
  /** The nominal size, in tokens of context. */
  readonly size: number;
  readonly rows: readonly Row[];
  /** Why nothing was measured. */
  readonly leftOut?: string;
}

/** A second question about the same images in a new process, with what the first left on disk. */
export interface SecondQuestion {
  readonly model: string;
  readonly promptTokens: number;
  readonly images: number;
  /** First token of the first question and of the second, in milliseconds, by round. */
  readonly rounds: readonly { readonly first: number; readonly second: number; readonly restoredTokens: number }[];
  readonly failure?: string;
}

/** Questions one after the other about the same attachments, answers of one length. */
export interface SessionResult {
  readonly model: string;
  /** What is attached, such as "8 images". */
  readonly attached: string;
  readonly answerTokens: number;
  readonly rows: readonly SessionRow[];
}

export interface SessionRow {
  readonly program: string;
  /** Whether every question has a process of its own, which has what the one before left on disk. */
  readonly newProcesses: boolean;
  readonly rounds: readonly SessionRound[];
  /** Why there are no more rounds, or none. */
  readonly failure?: string;
}

export interface SessionRound {
  readonly promptTokens: number;
  /**
   * Of each process, from its start until it can be asked: the model is loaded. Ours has then read back what was saved
   * last, for which llama-server is asked afterwards.
   */
  readonly msStarts: readonly number[];
  /** Of each question, from the request to the first text; what is restored from the disk then included. */
  readonly msFirstTokens: readonly number[];
  /** Of all questions with their answers. */
  readonly ms: number;
  readonly peakRssBytes: number;
  /** What the session left behind. */
  readonly diskBytes: number;
}

export const programs = { mtmd: 'llama-mtmd-cli', bench: 'llama-bench', server: 'llama-server' } as const;

export function ourProgram(ratio: number): string {
  return `look-once, ratio ${ratio}`;
}

/** Compressing while it reads. */
export function ourChunkedProgram(ratio: number): string {
  return `${ourProgram(ratio)}, read in chunks`;
}

export function sizeName(tokens: number): string {
  return tokens % 1024 === 0 ? `${tokens / 1024}k` : String(tokens);
}
