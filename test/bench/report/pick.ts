/** Finding rows, and what is computed from two of them. */
import type { ModelFacts } from '../models/modelStore.js';
import { ourProgram, programs, type CaseResult, type Measurement, type Row } from '../measurement.js';
import { pairedRatios, spreadOf, type Spread } from './statistics.js';

type Pick = (run: Measurement) => number | undefined;

export function rowOf(result: CaseResult, program: string): Row | undefined {
  return result.rows.find((row) => row.program === program && row.runs.length > 0);
}

export function ours(result: CaseResult, ratio: number): Row | undefined {
  return rowOf(result, ourProgram(ratio));
}

/** Undefined when no run tells it. */
export function spreadIn(row: Row | undefined, pick: Pick): Spread | undefined {
  return spreadOf((row?.runs ?? []).map(pick).filter((value) => value !== undefined));
}

/** Of the rounds that both have; undefined when there is none. */
export function ratioOf(
  over: Row | undefined,
  under: Row | undefined,
  pick: Pick,
  pickUnder: Pick = pick,
): Spread | undefined {
  return spreadOf(pairedRatios((over?.runs ?? []).map(pick), (under?.runs ?? []).map(pickUnder)));
}

export const msPerToken: Pick = ({ msPerToken: ms }) => ms;
export const msPrefill: Pick = ({ msPrefill: ms }) => ms;
export const msFirstToken: Pick = ({ msFirstToken: ms }) => ms;
export const peakRss: Pick = ({ peakRssBytes: bytes }) => bytes;
export const prefillPerSecond: Pick = ({ promptTokens, msPrefill: ms }) =>
  ms === undefined ? undefined : (1000 * promptTokens) / ms;
export const decodePerSecond: Pick = ({ msPerToken: ms }) => (ms === undefined ? undefined : 1000 / ms);

/** The program of llama.cpp that reads this prompt faster: that is what ours has to stand beside. */
export function fasterPrefill(result: CaseResult): Row | undefined {
  const rows = [rowOf(result, programs.mtmd), rowOf(result, programs.bench)].filter((row) => row !== undefined);
  const speed = (row: Row) => spreadIn(row, prefillPerSecond)?.median ?? 0;
  return rows.reduce<Row | undefined>((best, row) => (best && speed(best) >= speed(row) ? best : row), undefined);
}

/** How much faster decoding could at most become when memory alone sets its pace. */
export function memoryIdeal({ weightBytes, cellBytes }: ModelFacts, promptTokens: number, ratio: number): number {
  const cache = promptTokens * cellBytes;
  return (weightBytes + cache) / (weightBytes + ratio * cache);
}

/** Bytes after compression over what the ratio allows of the whole cache; every run of a row says the same. */
export function keptOverAllowed(row: Row, ratio: number): number | undefined {
  const kv = row.runs[0]?.kv;
  return kv && kv.after / (ratio * kv.before);
}
