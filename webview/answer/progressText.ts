import * as l10n from '@vscode/l10n';
import type { RunningView } from '../protocol/state.js';
import { formatCount, formatDuration, formatPercent, formatSpeed } from '../format.js';

export interface ProgressLine {
  readonly text: string;
  /** From 0 to 1; null where nobody knows how much is left. */
  readonly fraction: number | null;
}

/** What the running answer is doing, for the line under it and its progress bar. */
export function progressLine(running: Pick<RunningView, 'progress' | 'tokensPerSecond'>): ProgressLine {
  const { progress } = running;
  switch (progress.phase) {
    case 'loading':
      return { text: l10n.t('Loading the model'), fraction: share(progress.fraction, 1) };
    case 'queued':
      if (progress.ahead === 0) return { text: l10n.t('Starting'), fraction: null };
      return {
        text:
          progress.ahead === 1
            ? l10n.t('Waiting for one question before this one')
            : l10n.t('Waiting for {0} questions before this one', progress.ahead),
        fraction: null,
      };
    case 'ingest':
      return {
        text: l10n.t('Opening file {0} of {1}', Math.min(progress.done + 1, progress.total), progress.total),
        fraction: share(progress.done, progress.total),
      };
    case 'image':
      return {
        text: l10n.t('Reading image {0} of {1}: {2}', progress.index + 1, progress.count, progress.name),
        fraction: share(progress.index, progress.count),
      };
    case 'imageText':
      return {
        text: l10n.t('Reading the words in image {0} of {1}: {2}', progress.index + 1, progress.count, progress.name),
        fraction: share(progress.index + progress.done, progress.count),
      };
    case 'part':
      return {
        text:
          progress.label === ''
            ? l10n.t('Putting the answers together: {0} of {1}', progress.index + 1, progress.count)
            : l10n.t('Reading part {0} of {1}: {2}', progress.index + 1, progress.count, progress.label),
        fraction: share(progress.index, progress.count),
      };
    case 'document':
      return {
        text:
          progress.total > 1
            ? l10n.t(
                'Reading document {0} of {1}: {2}, {3} of {4}',
                progress.index + 1,
                progress.count,
                progress.name,
                Math.min(progress.done + 1, progress.total),
                progress.total,
              )
            : l10n.t('Reading document {0} of {1}: {2}', progress.index + 1, progress.count, progress.name),
        fraction: share(progress.done, progress.total),
      };
    case 'prefill':
      return { text: prefillText(progress), fraction: share(progress.done, progress.total) };
    case 'compress':
      return {
        text: l10n.t('Compressing the KV cache: {0} of {1} layers', progress.done, progress.total),
        fraction: share(progress.done, progress.total),
      };
    case 'reasoning':
      return { text: l10n.t('Reasoning: {0} tokens', progress.tokens), fraction: null };
    case 'answer':
      return {
        text:
          running.tokensPerSecond > 0
            ? l10n.t('Answering: {0}', formatSpeed(running.tokensPerSecond))
            : l10n.t('Answering'),
        fraction: null,
      };
  }
}

function prefillText({ done, total, secondsLeft }: Extract<RunningView['progress'], { phase: 'prefill' }>): string {
  const percent = formatPercent(share(done, total) ?? 0);
  if (secondsLeft === undefined) return l10n.t('Reading the prompt (prefill): {0}', percent);
  const left = secondsLeft < 60 ? l10n.t('{0} s', formatCount(secondsLeft)) : formatDuration(secondsLeft * 1000);
  return l10n.t('Reading the prompt (prefill): {0}, about {1} left', percent, left);
}

function share(done: number, total: number): number | null {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : null;
}
