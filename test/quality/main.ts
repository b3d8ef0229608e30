/** `npm run quality`: how right answers stay when the KV cache is compressed. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StatusLine, runCommand } from '../../backend-native/cli/terminal.js';
import { exitStatus } from '../../backend-native/cli/usage.js';
import { resolveModelFiles } from '../../backend-native/server/models/modelFiles.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { cellsOf, columnsOf, type Cell } from './report/aggregate.js';
import { bandsOf, readBands, writeBands } from './report/bands.js';
import { markdownReport } from './report/markdown.js';
import { plotSvg } from './report/plot.js';
import { readmeTable, writeBetweenMarks } from './report/readme.js';
import { paperRule, rules, shownRules } from './rules.js';
import { BackendAnswerer } from './run/answerer.js';
import { modelHash } from './run/modelHash.js';
import { parseQualityOptions, qualityUsage, type QualityOptions } from './run/options.js';
import { appendResults, readResults, type Result } from './run/results.js';
import { asRecorded, expectBandsOf, judge, shortRun } from './run/shortRun.js';
import { runSuite, type SuiteProgress, type SuiteRun } from './run/suite.js';
import { measureScreens } from './screens/measure.js';
import { parseScreensOptions, screensUsage } from './screens/options.js';
import { measureTextLayer } from './textLayer/measureTextLayer.js';
import { modelCard, suiteVersion, tasks } from './tasks/catalogue.js';
import { plainError } from '../plainError.js';

/** Where results go, and whose they are. */
interface Place {
  readonly out: string;
  readonly size: string;
  readonly model: { readonly name: string; readonly hash: string };
}

type WhatToMeasure = Pick<SuiteRun, 'tasks' | 'rules' | 'budgets' | 'samples' | 'minutes' | 'size'>;

if (process.argv.includes('--screens')) {
  void runCommand(screensUsage, async () => {
    const options = parseScreensOptions(process.argv.slice(2));
    if (options !== 'help') return measureScreens(options, interruptSignal());
    process.stdout.write(`${screensUsage}\n`);
    return exitStatus.done;
  });
} else {
  void runCommand(qualityUsage, measureQuality);
}

async function measureQuality(): Promise<number> {
  if (process.argv.includes('--text-layer')) return measureTextLayer(process.argv.slice(2));
  const options = parseQualityOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${qualityUsage}\n`);
    return exitStatus.done;
  }
  const files = await resolveModelFiles(options.model);
  const hash = await modelHash([files.modelPath, ...(files.mmprojPath === undefined ? [] : [files.mmprojPath])]);
  const folder = options.mode === 'check' || options.mode === 'record' ? `quality-${options.mode}` : 'quality';
  const place = {
    out: path.resolve(options.out ?? path.join(packageRoot(), 'dist', folder)),
    size: options.size.name,
    model: { name: path.basename(files.modelPath), hash },
  };
  switch (options.mode) {
    case 'measure':
      return measureAndReport(options, place);
    case 'report':
      return report(options, place, resultsIn(place));
    case 'record':
      return record(options, place);
    case 'check':
      return check(options, place);
  }
}

async function measureAndReport(options: QualityOptions, place: Place): Promise<number> {
  if (fs.existsSync(resultsFile(place)) && !options.resume) {
    throw plainError(
      'invalid_argument',
      `There are results in ${resultsFile(place)} already`,
      'Go on with them with --resume, or name another folder with --out.',
    );
  }
  return report(options, place, await measure({ ...options, samples: () => options.samples }, options, place));
}

const bandsFile = () => path.join(packageRoot(), 'test', 'quality', 'bands.json');

async function record(options: QualityOptions, place: Place): Promise<number> {
  const run = { ...shortRun, size: options.size.name };
  const cells = await measureAnew(run, options, place);
  if (!cells) return exitStatus.interrupted;
  writeBands(bandsFile(), { suite: suiteVersion, model: place.model.hash, ...run, bands: bandsOf(cells) });
  process.stderr.write(`[quality] wrote ${bandsFile()}\n`);
  return exitStatus.done;
}

async function check(options: QualityOptions, place: Place): Promise<number> {
  const recorded = readBands(bandsFile());
  expectBandsOf(place.model.hash, recorded, bandsFile());
  const cells = await measureAnew(recorded, options, { ...place, size: recorded.size });
  if (!cells) return exitStatus.interrupted;
  const { lines, holds } = judge(recorded.bands, bandsOf(cells));
  process.stdout.write(`${lines.join('\n')}\n`);
  return holds ? exitStatus.done : exitStatus.failed;
}

/** In a folder of its own that holds nothing of earlier runs; undefined when it was stopped before the end. */
async function measureAnew(
  recorded: Parameters<typeof asRecorded>[0],
  options: QualityOptions,
  place: Place,
): Promise<Cell[] | undefined> {
  fs.rmSync(resultsFile(place), { force: true });
  const run = asRecorded(recorded);
  const start = performance.now();
  const results = await measure({ ...run, tasks, minutes: Infinity }, options, place);
  const samples = tasks.reduce((sum, task) => sum + run.samples(task), 0);
  if (results.length < samples * (1 + (run.rules.length - 1) * run.budgets.length)) return undefined;
  process.stdout.write(
    `${samples} samples, ${results.length} results in ${((performance.now() - start) / 60_000).toFixed(1)} minutes\n`,
  );
  return cellsOf(columnsOf(tasks, results), results);
}

/** Measures what is missing; what there is when it is stopped before the end. */
async function measure(what: WhatToMeasure, options: QualityOptions, place: Place): Promise<Result[]> {
  const results = resultsIn(place);
  const answerers: BackendAnswerer[] = [];
  const progress = new ProgressLines();
  try {
    for (let job = 0; job < options.jobs; job += 1)
      answerers.push(await BackendAnswerer.start({ ...options.model, engine: { threads: options.threads } }));
    const onResults = (more: readonly Result[]) => {
      results.push(...more);
      appendResults(resultsFile(place), more);
    };
    const onProgress = (now: SuiteProgress) => {
      progress.show(now);
    };
    await runSuite(
      { ...what, model: place.model.hash, results: [...results], signal: interruptSignal(), onResults, onProgress },
      answerers,
    );
  } finally {
    progress.clear();
    await Promise.all(answerers.map((answerer) => answerer.close()));
  }
  return results;
}

function resultsFile({ out }: Place): string {
  return path.join(out, 'results.jsonl');
}

function resultsIn(place: Place): Result[] {
  return readResults(resultsFile(place)).filter(
    ({ suite, model, size }) => suite === suiteVersion && model === place.model.hash && size === place.size,
  );
}

function report(options: QualityOptions, { out, size, model }: Place, results: readonly Result[]): number {
  const cells = cellsOf(columnsOf(tasks, results), results);
  const measured = rules.filter((rule) => cells.some((cell) => cell.rule === rule.name)).map((rule) => rule.name);
  const budgets = [...new Set(cells.map(({ budget }) => budget))].filter((budget) => budget < 1).sort((a, b) => b - a);
  const machine = `${os.cpus().length} threads of ${os.cpus()[0]?.model ?? 'an unknown processor'}`;
  const card = path.relative(out, path.join(packageRoot(), modelCard)).split(path.sep).join('/');
  const head = {
    suite: suiteVersion,
    size,
    model: model.name,
    modelHash: model.hash,
    modelCard: card,
    machine,
    rules: measured,
    budgets,
    plot: 'plot.svg',
    facetRule: paperRule,
  };
  const shown = shownRules.filter((rule) => measured.includes(rule));
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'report.md'), markdownReport(head, cells, results));
  fs.writeFileSync(path.join(out, 'plot.svg'), plotSvg(cells, shown, budgets));
  if (options.readme)
    writeBetweenMarks(
      path.join(packageRoot(), 'test/quality/README.md'),
      readmeTable(
        head,
        shown,
        budgets.filter((budget) => budget === 0.2 || budget === 0.1),
        cells,
      ),
    );
  process.stderr.write(`[quality] ${results.length} results; ${path.join(out, 'report.md')}\n`);
  return exitStatus.done;
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

/** The first Ctrl+C ends the run after the sample at hand, with a report; a second one does not wait. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    process.once('SIGINT', () => process.exit(exitStatus.interrupted));
  });
  return controller.signal;
}
