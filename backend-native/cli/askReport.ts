/** The object that `npm run ask -- --json` prints. Tools read it: keys are added, never renamed. */
import path from 'node:path';
import type { AskResult } from '../protocol/ask.js';
import type { ModelInfo } from '../protocol/model.js';

/** An image read at fewer than this share of its pixels was shrunk; less is rounding to whole patches. */
const shrunkShare = 0.9;

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

/** What a reader of the answer alone would not know: nothing is shrunk or left undone silently. */
export function notesOn(result: AskResult): string[] {
  const shrunk = result.images
    .filter(({ width, height, readWidth, readHeight }) => readWidth * readHeight < shrunkShare * width * height)
    .map(({ name, width, height, readWidth, readHeight }) =>
      `${name} has ${width} x ${height} pixels and was read at ${readWidth} x ${readHeight}; --image-max-tokens or a crop shows more`);
  return result.stop === 'length' || result.stop === 'context'
    ? [...shrunk, `the answer ends here because ${result.stop === 'length' ? 'of --max-tokens' : 'the context is full'}`]
    : shrunk;
}

function turnReport(result: AskResult) {
  return { ...result, tokensPerSecond: result.ms.decode > 0 ? (result.tokens * 1000) / result.ms.decode : 0 };
}
