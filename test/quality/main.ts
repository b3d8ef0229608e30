/** `npm run quality`: how right answers stay when the KV cache is compressed. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StatusLine, runCommand } from '../../backend-native/cli/terminal.js';
import { exitStatus } from '../../backend-native/cli/usage.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { resolveModelFiles } from '../../backend-native/server/models/modelFiles.js';
import { packageRoot } from '../../backend-native/server/packageRoot.js';
import { cellsOf, columnsOf } from './report/aggregate.js';
import { bandsOf, fallsBelow, readBands, writeBands, type RecordedBands } from './report/bands.js';
import { markdownReport } from './report/markdown.js';
import { plotSvg } from './report/plot.js';
import { paperRule, rules } from './rules.js';
import { BackendAnswerer } from './run/answerer.js';
import { modelHash } from './run/modelHash.js';
import { parseQualityOptions, qualityUsage, type QualityOptions } from './run/options.js';
import { appendResult, readResults, type Result } from './run/results.js';
import { runSuite, type SuiteProgress } from './run/suite.js';
import { sizes } from './sizes.js';
import { modelCard, suiteVersion, tasks } from './tasks/catalogue.js';

void runCommand(qualityUsage, async () => {
  const options = parseQualityOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${qualityUsage}\n`);
    return exitStatus.done;
  }
  const files = await resolveModelFiles(options.model);
  const hash = await modelHash([files.modelPath, ...(files.mmprojPath === undefined ? [] : [files.mmprojPath])]);
  const name = path.basename(files.modelPath);
  if (options.mode === 'measure') {
    const out = path.resolve(options.out ?? path.join(packageRoot(), 'dist', 'quality'));
    await measure(options, out, name, hash);
    return exitStatus.done;
  }
  return options.mode === 'record' ? record(options, name, hash) : check(options, name, hash);
});

/** What the short run measures: the published rule, the baselines it has to beat and the plainest form of it, at one budget. */
const shortRun = { samples: 12, rules: ['full', paperRule, 'look-m pivot values', 'look-m none', 'h2o', 'snapkv', 'streaming'], budgets: [0.2] } as const;
const bandsFile = () => path.join(packageRoot(), 'test', 'quality', 'bands.json');

async function record(options: QualityOptions, name: string, hash: string): Promise<number> {
  const chosen = { ...options, ...shortRun, rules: rules.filter((rule) => shortRun.rules.some((known) => known === rule.name)) };
  const cells = await measureAnew(chosen, name, hash);
  writeBands(bandsFile(), { suite: suiteVersion, model: hash, size: options.size.name, ...shortRun, bands: bandsOf(cells) });
  process.stderr.write(`[quality] wrote ${bandsFile()}\n`);
  return exitStatus.done;
}

async function check(options: QualityOptions, name: string, hash: string): Promise<number> {
  const recorded = readBands(bandsFile());
  if (recorded.suite !== suiteVersion || recorded.model !== hash) {
    throw new BackendError(
      'invalid_argument',
      `Expected bands of suite ${suiteVersion} and model ${hash} in ${bandsFile()} but they are of suite ${recorded.suite} and model ${recorded.model}`,
      'Record them anew with --record and look at what changed.',
    );
  }
  const cells = await measureAnew({ ...options, ...asMeasured(recorded) }, name, hash);
  const falls = fallsBelow(recorded.bands, bandsOf(cells));
  for (const fall of falls) process.stdout.write(`${fall}\n`);
  process.stdout.write(`${recorded.bands.length - falls.length} of ${recorded.bands.length} bands hold\n`);
  return falls.length === 0 ? exitStatus.done : exitStatus.failed;
}

function asMeasured({ size, samples, rules: names, budgets }: RecordedBands) {
  return { size: sizes[size], samples, budgets, rules: rules.filter((rule) => names.includes(rule.name)) };
}

/** In a folder of its own that holds nothing of earlier runs. */
async function measureAnew(options: QualityOptions, name: string, hash: string) {
  const out = path.resolve(options.out ?? path.join(packageRoot(), 'dist', `quality-${options.mode}`));
  fs.rmSync(path.join(out, 'results.jsonl'), { force: true });
  return measure({ ...options, tasks, minutes: Infinity }, out, name, hash);
}

/** Measures what is missing in `out` and writes the report of all that is there, also when it was stopped before the end. */
async function measure(options: QualityOptions, out: string, name: string, hash: string) {
  const file = path.join(out, 'results.jsonl');
  if (fs.existsSync(file) && !options.resume) throw new BackendError('invalid_argument', `There are results in ${file} already`, 'Go on with them with --resume, or name another folder with --out.');
  const results = readResults(file).filter(({ suite, model, size }) => suite === suiteVersion && model === hash && size === options.size.name);
  const answerer = await BackendAnswerer.start({ ...options.model, engine: { threads: options.threads } });
  const progress = new ProgressLines();
  try {
    const onResult = (result: Result) => {
      results.push(result);
      appendResult(file, result);
    };
    await runSuite({ ...options, model: hash, results: [...results], signal: interruptSignal(), onResult, onProgress: (now) => { progress.show(now); } }, answerer);
  } finally {
    progress.clear();
    await answerer.close();
  }
  return writeReport(options, out, name, hash, results);
}

function writeReport(options: QualityOptions, out: string, name: string, hash: string, results: readonly Result[]) {
  const measured = rules.filter((rule) => results.some((result) => result.rule === rule.name)).map((rule) => rule.name);
  const budgets = [...new Set(results.map(({ budget }) => budget))].filter((budget) => budget < 1).sort((a, b) => b - a);
  const cells = cellsOf(columnsOf(tasks, results), results);
  const machine = `${os.cpus().length} threads of ${os.cpus()[0]?.model ?? 'an unknown processor'}`;
  const card = path.relative(out, path.join(packageRoot(), modelCard)).split(path.sep).join('/');
  const head = { suite: suiteVersion, size: options.size.name, model: name, modelHash: hash, modelCard: card, machine, rules: measured, budgets, plot: 'plot.svg', facetRule: paperRule };
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'report.md'), markdownReport(head, cells, results));
  fs.writeFileSync(path.join(out, 'plot.svg'), plotSvg(cells, measured, budgets));
  process.stderr.write(`[quality] ${results.length} results; ${path.join(out, 'report.md')}\n`);
  return cells;
}

const secondsBetweenLines = 30;

/** One line that is written over on a terminal, and a line now and then in a log. */
class ProgressLines {
  private readonly status = new StatusLine();
  private last = performance.now();

  show({ done, total, minutes, what }: SuiteProgress): void {
    const left = done === 0 ? '' : `, about ${((minutes * (total - done)) / done).toFixed(1)} left`;
    const line = `[quality] ${done} of ${total} samples in ${minutes.toFixed(1)} minutes${left}: ${what}`;
    this.status.show(line);
    if (process.stderr.isTTY || performance.now() - this.last < 1000 * secondsBetweenLines) return;
    process.stderr.write(`${line}\n`);
    this.last = performance.now();
  }

  clear(): void {
    this.status.clear();
  }
}

/** The first Ctrl+C ends the run after the answer at hand, with a report; a second one does not wait. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    process.once('SIGINT', () => process.exit(exitStatus.interrupted));
  });
  return controller.signal;
}
