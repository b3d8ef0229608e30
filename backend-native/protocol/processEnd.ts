/** What a client has to know of the process: the environment that it wants, and what its end means. */
import { BackendError } from './errors.js';

/**
 * The environment that native code runs best in. Whoever sets one of these knows better.
 *
 * ggml's threads wait for each other after every operation. GNU OpenMP lets them spin for as long as another process
 * keeps one of them from running, which on a busy machine turns milliseconds into seconds; a short spin is
 * all that an idle one needs.
 *
 * Decoding reads the whole KV cache in small strides. With huge pages, which glibc asks for when told to, that took
 * 0.7 of the time on a cache of 26 MB; elsewhere the name means nothing.
 */
export const backendEnvironment = { GOMP_SPINCOUNT: '10000', GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' } as const;

const wordsKept = 40;

/** What the process said last: the only witness of a crash in native code. */
export class LastWords {
  private readonly lines: string[] = [];

  hear(line: string): void {
    if (line.trim() === '') return;
    this.lines.push(line.trim());
    if (this.lines.length > wordsKept) this.lines.shift();
  }

  /**
   * What was said about the end: assertions and errors; empty when there are none, because any other line would
   * mislead.
   */
  toString(): string {
    const telling = this.lines.filter((line) =>
      /GGML_ASSERT|GGML_ABORT|abort|terminate called|what\(\):|error\b|fatal|failed|ggml-rpc/i.test(line),
    );
    return telling.slice(-3).join(' | ').slice(-600);
  }
}

/**
 * Why a process ended that nobody asked to. A process that dies has no other way to tell than its last words, so this
 * is the one place that reads any: ggml's, and those that the addon says before it ends itself.
 */
export function processCrash(status: number | null, signal: string | null, lastWords: string): BackendError {
  const end = {
    ...(signal !== null && { signal }),
    ...(status !== null && { status: String(status) }),
    words: lastWords,
  };
  // ggml ends the process that loses a server, and its assertion is all that tells.
  if (/ggml-rpc\.cpp/.test(lastWords)) return new BackendError('backend_crashed', { kind: 'rpcServerLost', ...end });
  // A driver that hangs or is replaced takes its device away, and the addon then ends the process.
  if (/ErrorDeviceLost/.test(lastWords)) return new BackendError('backend_crashed', { kind: 'deviceLost', ...end });
  return new BackendError('backend_crashed', { kind: signal === 'SIGKILL' ? 'killed' : 'processEnded', ...end });
}

/** So many crashes within so long, and the process is not started again by itself. */
export class CrashLimit {
  static readonly crashes = 5;
  static readonly windowMs = 3 * 60_000;
  private times: number[] = [];

  /** @param now milliseconds, of any clock that is the same for every call */
  record(now: number): void {
    this.times.push(now);
  }

  /** @returns why the process is not started again; undefined when it may be */
  refusal(now: number): BackendError | undefined {
    this.times = this.times.filter((time) => time > now - CrashLimit.windowMs);
    if (this.times.length < CrashLimit.crashes) return undefined;
    const minutes = CrashLimit.windowMs / 60_000;
    return new BackendError('backend_crashed', { kind: 'crashLimit', crashes: CrashLimit.crashes, minutes });
  }

  /** For a user who wants it started all the same. */
  forget(): void {
    this.times = [];
  }
}
