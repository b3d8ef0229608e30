import { fork, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../../transport/packageRoot.js';
import type { Raster } from './raster.js';
import type { RecognisedLine } from './recogniser.js';
import type { RecogniserFiles } from './recogniserFiles.js';
import { recogniserLimits } from './recogniserLimits.js';
import type { RecogniserMessage, RecogniserTask, RecogniserUsage } from './recogniserMessages.js';

export type Recognition =
  | { readonly status: 'read'; readonly lines: readonly RecognisedLine[]; readonly usage: RecogniserUsage }
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly reason: 'timeout' | 'memory' | 'failed'; readonly detail: string };

export interface RecogniserOptions {
  /** For tests. */
  readonly file?: string;
  readonly stepMs?: number;
  readonly totalMs?: number;
  readonly idleMs?: number;
}

export interface RecogniseOptions {
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Recognises text in a process of its own, one picture after the other. It is started with the first picture, kept for
 * the next one, and ended when it was idle for long, whenever a picture takes more than it may, or when it crashed.
 */
export class RecogniserProcess {
  private child: ChildProcess | undefined;
  private idle: NodeJS.Timeout | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RecogniserOptions = {}) {}

  recognise(raster: Raster, files: RecogniserFiles, options: RecogniseOptions): Promise<Recognition> {
    const turn = this.last.then(() =>
      options.signal.aborted ? ({ status: 'cancelled' } as const) : this.run(raster, files, options),
    );
    this.last = turn;
    return turn;
  }

  /** Ends the process, if there is one; the next picture starts another. */
  close(): void {
    clearTimeout(this.idle);
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private async run(raster: Raster, files: RecogniserFiles, options: RecogniseOptions): Promise<Recognition> {
    clearTimeout(this.idle);
    const child = (this.child ??= this.start());
    const task: RecogniserTask = { files, threads: Math.min(8, os.availableParallelism()), raster };
    const result = await this.answerOf(child, task, options);
    // What was cancelled or went wrong may still be at work: the next picture gets a process that is not.
    if (result.status !== 'read') this.close();
    else this.endWhenIdle();
    return result;
  }

  private answerOf(child: ChildProcess, task: RecogniserTask, options: RecogniseOptions): Promise<Recognition> {
    const { stepMs = recogniserLimits.stepMs, totalMs = recogniserLimits.totalMs } = this.options;
    const listeners = new AbortController();
    return new Promise<Recognition>((resolve) => {
      const outOfTime = (ms: number) => () => {
        resolve({ status: 'failed', reason: 'timeout', detail: `it takes longer than ${ms / 1000} s` });
      };
      const step = setTimeout(outOfTime(stepMs), stepMs);
      const total = setTimeout(outOfTime(totalMs), totalMs);
      const cancel = () => {
        resolve({ status: 'cancelled' });
      };
      const hear = (message: RecogniserMessage) => {
        step.refresh();
        if (message.type === 'progress') options.onProgress?.(message.done);
        else if (message.type === 'lines') resolve({ status: 'read', lines: message.lines, usage: message.usage });
        else resolve({ status: 'failed', reason: 'failed', detail: firstLine(message.message) });
      };
      const end = (status: number | null, signal: NodeJS.Signals | null) => {
        resolve(
          status === recogniserLimits.memoryStatus
            ? {
                status: 'failed',
                reason: 'memory',
                detail: `it needs more than ${recogniserLimits.memoryBytes / 2 ** 20} MB of memory`,
              }
            : {
                status: 'failed',
                reason: 'failed',
                detail: `it ended ${signal ? `by ${signal}` : `with status ${status ?? 'unknown'}`}`,
              },
        );
      };
      const broken = (error: Error) => {
        resolve({ status: 'failed', reason: 'failed', detail: firstLine(error.message) });
      };
      options.signal.addEventListener('abort', cancel);
      child.on('message', hear);
      child.on('exit', end);
      child.on('error', broken);
      listeners.signal.addEventListener('abort', () => {
        clearTimeout(step);
        clearTimeout(total);
        options.signal.removeEventListener('abort', cancel);
        child.off('message', hear);
        child.off('exit', end);
        child.off('error', broken);
      });
      child.send(task, (error) => {
        if (error) broken(error);
      });
    }).finally(() => {
      listeners.abort();
    });
  }

  private start(): ChildProcess {
    const file = this.options.file ?? path.join(packageRoot(), 'dist', 'recogniser.cjs');
    const child = fork(file, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      // Versions after 1.28 of onnxruntime report to Microsoft unless they are told not to; ours, an older one, cannot.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    });
    // An error that comes late is one of a process that is given up already.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }

  private endWhenIdle(): void {
    this.idle = setTimeout(() => {
      this.close();
    }, this.options.idleMs ?? recogniserLimits.idleMs);
    this.idle.unref();
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
