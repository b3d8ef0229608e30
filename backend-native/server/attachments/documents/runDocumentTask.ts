import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { BackendError } from '../../../protocol/errors.js';
import { packageRoot } from '../../transport/packageRoot.js';
import { documentBounds } from './documentBounds.js';
import type { DocumentTask, TaskMessage, TaskResults } from './documentTask.js';

export interface TaskOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** For tests. */
  readonly stepMs?: number;
  readonly totalMs?: number;
}

/**
 * Runs a task in a thread of its own and ends the thread, whatever comes.
 * @returns undefined when the signal was aborted
 * @throws BackendError; `document_too_large` when the time or the memory is used up
 */
export async function runDocumentTask<T extends DocumentTask>(
  task: T,
  options: TaskOptions,
): Promise<TaskResults[T['kind']] | undefined> {
  const turn = last.then(() => (options.signal.aborted ? undefined : runInThread(task, options)));
  // One after the other: the bounds on memory are those of the process.
  last = turn.catch(() => undefined);
  return turn;
}

/** Ends when the last task does. */
let last: Promise<unknown> = Promise.resolve();

function runInThread<T extends DocumentTask>(
  task: T,
  options: TaskOptions,
): Promise<TaskResults[T['kind']] | undefined> {
  const { signal, stepMs = documentBounds.stepMs, totalMs = documentBounds.totalMs } = options;
  const worker = new Worker(path.join(packageRoot(), 'dist', 'documentWorker.cjs'), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: documentBounds.heapMegabytes },
  });
  return new Promise<TaskResults[T['kind']] | undefined>((resolve, reject) => {
    const outOfTime = (ms: number) => () => {
      reject(new BackendError('document_too_large', { kind: 'tooSlow', file: task.name, seconds: ms / 1000 }));
    };
    const step = setTimeout(outOfTime(stepMs), stepMs);
    const total = setTimeout(outOfTime(totalMs), totalMs);
    const cancel = () => {
      resolve(undefined);
    };
    signal.addEventListener('abort', cancel);
    worker.on('message', (message: TaskMessage) => {
      step.refresh();
      if (message.type === 'progress') options.onProgress?.(message.done, message.total);
      else if (message.type === 'result') resolve(message.value as TaskResults[T['kind']]);
      else reject(BackendError.from(message.error));
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new BackendError('document_too_large', {
              kind: 'tooMuchMemory',
              file: task.name,
              bytes: documentBounds.heapMegabytes * 2 ** 20,
            })
          : error,
      );
    });
    worker.on('exit', () => {
      clearTimeout(step);
      clearTimeout(total);
      signal.removeEventListener('abort', cancel);
      reject(new BackendError('internal', { kind: 'readerEnded', file: task.name }));
    });
  }).finally(() => worker.terminate());
}
