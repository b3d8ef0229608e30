/** The object that `npm run ask -- --json` prints. Tools read it: keys are added, never renamed. */
import path from 'node:path';
import type { AskResult } from '../protocol/ask.js';
import type { ModelInfo } from '../protocol/model.js';

export interface Turn {
  readonly question: string;
  readonly result: AskResult;
}

/** @param turns at least one: the question and its follow-ups */
export function askReport(model: ModelInfo, loadMs: number, turns: readonly Turn[], peakRssBytes: number) {
  const [first, ...followUps] = turns;
  if (!first) throw new RangeError('Expected at least one turn');
  const report = turnReport(first.result);
  return {
    ...report,
    model: model.description || path.basename(model.modelPath),
    device: model.devices.join(' + '),
    ms: { load: loadMs, ...report.ms },
    peakRssBytes,
    ...(followUps.length > 0
      ? { followUps: followUps.map(({ question, result }) => ({ question, ...turnReport(result) })) }
      : {}),
  };
}

function turnReport(result: AskResult) {
  return { ...result, tokensPerSecond: result.ms.decode > 0 ? (result.tokens * 1000) / result.ms.decode : 0 };
}
