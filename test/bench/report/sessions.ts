/** What the sessions of the benchmark came to. */
import { table } from '../../../backend-native/cli/markdownTable.js';
import { programs, type SessionResult, type SessionRound, type SessionRow } from '../measurement.js';
import { pairedRatios, spreadOf } from './statistics.js';
import { mebibytes, milliseconds, none, withSpread } from './words.js';

const columns: readonly {
  readonly name: string;
  readonly pick: (round: SessionRound) => number | undefined;
  readonly format: (value: number) => string;
}[] = [
  { name: 'first question, first token', pick: ({ msFirstTokens }) => msFirstTokens[0], format: milliseconds },
  {
    name: 'the next, first token',
    pick: ({ msFirstTokens }) => spreadOf(msFirstTokens.slice(1))?.median,
    format: milliseconds,
  },
  {
    name: 'start and the next',
    pick: ({ msStarts, msFirstTokens }) =>
      msStarts.length === 1
        ? undefined
        : spreadOf(msFirstTokens.slice(1).map((ms, i) => ms + (msStarts[i + 1] ?? 0)))?.median,
    format: milliseconds,
  },
  { name: 'whole session', pick: ({ ms }) => ms, format: milliseconds },
  { name: 'peak memory', pick: ({ peakRssBytes }) => peakRssBytes, format: mebibytes },
  { name: 'on disk', pick: ({ diskBytes }) => diskBytes, format: mebibytes },
];

export function sessionsSection(sessions: readonly SessionResult[]): string {
  if (sessions.length === 0) return 'No session was measured in this run.';
  return sessions
    .map(({ model, attached, answerTokens, rows }) => {
      const tokens = rows.find(({ rounds }) => rounds.length > 0)?.rounds[0]?.promptTokens ?? 0;
      const title = `${model}, ${attached} (${tokens} tokens of prompt), answers of ${answerTokens} tokens`;
      const header = ['program', 'processes', ...columns.map(({ name }) => name)];
      return `${title}\n\n${table(
        header,
        rows.map((row) => cells(row, baseOf(row, rows))),
      )}`;
    })
    .join('\n\n');
}

/** llama-server in as many processes. */
function baseOf(row: SessionRow, rows: readonly SessionRow[]): SessionRow | undefined {
  return rows.find(({ program, newProcesses }) => program === programs.server && newProcesses === row.newProcesses);
}

function cells(row: SessionRow, base: SessionRow | undefined): string[] {
  const name = row.failure === undefined ? row.program : `${row.program} (failed: ${row.failure})`;
  return [
    name,
    row.newProcesses ? 'one each' : 'one',
    ...columns.map(({ pick, format }) => {
      const spread = spreadOf(row.rounds.map(pick).filter((value) => value !== undefined));
      if (!spread) return none;
      const ratio =
        base === row ? undefined : spreadOf(pairedRatios(row.rounds.map(pick), base?.rounds.map(pick) ?? []));
      return `${withSpread(spread, format)}${ratio ? ` ×${ratio.median.toFixed(2)}` : ''}`;
    }),
  ];
}
