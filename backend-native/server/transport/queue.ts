import { BackendError } from '../../protocol/errors.js';

/** Requests that may wait behind the one that runs. */
const maxWaiting = 64;

interface Job {
  /** Runs the job to its end; never rejects. */
  start: () => Promise<void>;
  onPosition: ((ahead: number) => void) | undefined;
}

/** One job at a time, first come, first served: there is one model and one engine thread. */
export class JobQueue {
  private readonly waiting: Job[] = [];
  private running = false;
  /** Aborts the work that gives way, while there is some. */
  private givingWay: AbortController | undefined;

  /**
   * Work that nobody waits for: not begun while anything else runs or waits, and aborted when anything else comes.
   * @returns what the work returns; undefined when it was not begun
   */
  async runGivingWay<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    if (this.running) return undefined;
    const controller = new AbortController();
    const abort = () => {
      controller.abort();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      const done = this.run(work, controller.signal);
      this.givingWay = controller;
      return await done;
    } finally {
      signal.removeEventListener('abort', abort);
      if (this.givingWay === controller) this.givingWay = undefined;
    }
  }

  /**
   * @param work gets the signal and should end soon after it is aborted
   * @param onPosition hears how many jobs are before this one, whenever that changes, but not when there are none
   * @returns what the work returns, or undefined when the signal was aborted before the work began
   */
  run<T>(
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    onPosition?: (ahead: number) => void,
  ): Promise<T | undefined> {
    if (this.waiting.length >= maxWaiting) {
      return Promise.reject(new BackendError('busy', { kind: 'queueFull', most: maxWaiting }));
    }
    this.givingWay?.abort();
    return new Promise<T | undefined>((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(job), 1);
        this.tellPositions();
        resolve(undefined);
      };
      const job: Job = {
        onPosition,
        start: async () => {
          signal.removeEventListener('abort', leave);
          try {
            resolve(await work(signal));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
      };
      if (signal.aborted) {
        resolve(undefined);
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(job);
      if (this.running) this.tellPositions();
      else void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    for (let job = this.waiting.shift(); job !== undefined; job = this.waiting.shift()) {
      this.tellPositions();
      await job.start();
    }
    this.running = false;
  }

  private tellPositions(): void {
    this.waiting.forEach((job, index) => job.onPosition?.(index + 1));
  }
}
