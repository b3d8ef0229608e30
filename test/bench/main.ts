/**
 * `npm run bench`: ours beside llama.cpp's own programs, built from the same source, on the same model and prompt, in
 * one run: rounds are interleaved, and what counts are ratios.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBackend } from '../../backend-native/cli/startBackend.js';
import { runCommand } from '../../backend-native/cli/terminal.js';
import { exitStatus } from '../../backend-native/cli/usage.js';
import type { CaseResult, SecondQuestion, SessionResult } from './measurement.js';
import { bytesOf, filesOf, factsOf, type BenchFiles } from './models/modelStore.js';
import type { BenchModel } from './models/benchModels.js';
import { benchUsage, parseBenchOptions, type BenchOptions, type ProgramName } from './options.js';
import { machineOf } from './report/machine.js';
import { markdownReport, type BenchResults } from './report/markdown.js';
import { plotSvg } from './report/plot.js';
import type { Load } from './run/llamaCpp.js';
import { measureCase, messageOf } from './run/measureCase.js';
import { askTwice } from './run/secondQuestion.js';
import { measureSessions } from './run/session.js';

/** What reads a prompt of each size. */
const ofCases: readonly ProgramName[] = ['llama-mtmd-cli', 'llama-bench', 'whole', 'chunks', 'second'];
/** It is about a factor of twenty, and each round reads a whole prompt. */
const secondQuestionRounds = 3;

void runCommand(benchUsage, async () => {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${benchUsage}\n`);
    return exitStatus.done;
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'look-once-bench-'));
  try {
    // What was measured so far is kept on the way: a whole run takes hours.
    const save = (results: BenchResults) => {
      if (options.out !== undefined) write(options.out, results);
    };
    const results = await measure(options, folder, save);
    process.stdout.write(markdownReport(results));
    if (options.out !== undefined) say(`wrote report.md, results.json and plot.svg to ${path.resolve(options.out)}`);
    return exitStatus.done;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

async function measure(
  options: BenchOptions,
  folder: string,
  save: (results: BenchResults) => void,
): Promise<BenchResults> {
  const { rounds, threads, answerTokens, ratios } = options;
  const cases: CaseResult[] = [];
  const second: SecondQuestion[] = [];
  const sessions: SessionResult[] = [];
  const models: BenchResults['models'][number][] = [];
  const results: BenchResults = {
    machine: await machine(),
    models,
    threads,
    rounds,
    answerTokens,
    ratios,
    cases,
    second,
    sessions,
  };
  for (const { model, sizes } of options.cases) {
    say(`${model.name}: ${model.is}`);
    const ready = await prepare(model);
    if ('leftOut' in ready) {
      say(`${model.name} is left out: ${ready.leftOut}`);
      models.push({ name: model.name, is: model.is });
      cases.push(...sizes.map((size): CaseResult => ({ model: model.name, size, rows: [], leftOut: ready.leftOut })));
      save(results);
      continue;
    }
    const load: Load = { files: ready.files, threads, answerTokens };
    const facts = factsOf(load.files.modelPath);
    models.push({ name: model.name, is: model.is, facts });
    const longest = sizes.filter((size) => size <= facts.contextTokens).at(-1);
    for (const size of options.programs.some((program) => ofCases.includes(program)) ? sizes : []) {
      cases.push(await measureCase(options, { model, facts, load, size, folder, say, chunked: size === longest }));
      save(results);
    }
    // A model of which no prompt could be read need not be asked twice.
    if (
      options.programs.includes('second') &&
      cases.some(({ model: of, leftOut }) => of === model.name && leftOut === undefined)
    ) {
      say(`${model.name}: a second question about the same images`);
      second.push(await askTwice(model, load, Math.min(rounds, secondQuestionRounds), folder));
      save(results);
    }
    if (options.programs.includes('session')) {
      sessions.push(...(await measureSessions({ ...options, model, load, folder, say })));
      save(results);
    }
  }
  return results;
}

/** A model that cannot be had is left out, and the others are measured. */
async function prepare(model: BenchModel): Promise<{ files: BenchFiles } | { leftOut: string }> {
  const [needed, free] = [model.recipe ? 2 * bytesOf(model.recipe) : 0, os.freemem()];
  if (free < needed)
    return {
      leftOut:
        `its weights need about ${(needed / 2 ** 30).toFixed(1)} GiB of memory and ` +
        `${(free / 2 ** 30).toFixed(1)} GiB are free`,
    };
  try {
    return { files: await filesOf(model) };
  } catch (error) {
    return { leftOut: messageOf(error) };
  }
}

async function machine() {
  const backend = await startBackend();
  try {
    await backend.request('lookOnce/load', {});
    return machineOf(await backend.request('lookOnce/info', undefined));
  } finally {
    await backend.close();
  }
}

function write(out: string, results: BenchResults): void {
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(
    path.join(out, 'report.md'),
    `${markdownReport(results)}\n![Time and memory over the length of the prompt](plot.svg)\n`,
  );
  fs.writeFileSync(path.join(out, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
  fs.writeFileSync(path.join(out, 'plot.svg'), plotSvg(results.cases));
}

function say(line: string): void {
  process.stderr.write(`[bench] ${line}\n`);
}
