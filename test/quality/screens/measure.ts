/** `npm run quality -- --screens`: asks the backend what `npm run ask` asks it, and prints the table of the goals. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BackendClient } from '../../../backend-native/cli/backendClient.js';
import { StatusLine } from '../../../backend-native/cli/terminal.js';
import { exitStatus } from '../../../backend-native/cli/usage.js';
import { BackendError } from '../../../backend-native/protocol/errors.js';
import type { KvRatio } from '../../../backend-native/protocol/kv.js';
import { resolveModelFiles } from '../../../backend-native/server/models/modelFiles.js';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { modelHash } from '../run/modelHash.js';
import { limited, readCases, type Case } from './cases.js';
import type { ScreensOptions } from './options.js';
import { screensReport, type ScreenResult } from './report.js';
import { occurs, score } from './score.js';
import { plainError } from '../../plainError.js';

const answerTokens = 64;
const cacheBytes = 4 * 2 ** 30;

export async function measureScreens(options: ScreensOptions, signal: AbortSignal): Promise<number> {
  const files = await resolveModelFiles(options.model);
  const { modelPath, mmprojPath, adapterPaths = [] } = files;
  const hash = await modelHash([modelPath, ...(mmprojPath === undefined ? [] : [mmprojPath]), ...adapterPaths]);
  const out = path.resolve(options.out ?? path.join(packageRoot(), 'dist', 'screens'));
  const file = path.join(out, 'results.jsonl');
  if (fs.existsSync(file) && !options.resume) {
    const nextStep = 'Go on with them with --resume, or name another folder with --out.';
    throw plainError('invalid_argument', `There are results in ${file} already`, nextStep);
  }
  fs.mkdirSync(out, { recursive: true });
  const results = fs.existsSync(file) ? readResults(file).filter(({ model }) => model === hash) : [];
  const cases = limited(readCases(), options.limit).filter(({ family }) => options.families.includes(family));
  const onResult = (result: ScreenResult) => {
    results.push(result);
    fs.appendFileSync(file, `${JSON.stringify(result)}\n`);
  };
  await askAll(cases, { ...options, hash, known: new Set(results.map(keyOf)) }, onResult, signal);

  const machine = `${os.cpus().length} threads of ${os.cpus()[0]?.model ?? 'an unknown processor'}`;
  const report = screensReport({ model: `${path.basename(files.modelPath)} (${hash})`, machine }, results);
  fs.writeFileSync(path.join(out, 'report.md'), report);
  process.stdout.write(report.slice(0, report.indexOf('## Wrong answers')));
  process.stderr.write(`[quality] ${results.length} results; ${path.join(out, 'report.md')}\n`);
  return signal.aborted ? exitStatus.interrupted : exitStatus.done;
}

interface Run extends Pick<ScreensOptions, 'ratios' | 'model' | 'imageText' | 'threads' | 'jobs'> {
  readonly hash: string;
  /** Keys of what was measured before. */
  readonly known: ReadonlySet<string>;
}

type OnResult = (result: ScreenResult) => void;

/** Every backend takes the next picture when it is done with all questions about one. */
async function askAll(cases: readonly Case[], run: Run, onResult: OnResult, signal: AbortSignal): Promise<void> {
  const status = new StatusLine();
  const groups = byAttachments(cases).values();
  let done = 0;
  const worker = async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'look-once-screens-'));
    const client = new BackendClient();
    try {
      const engine = { threads: run.threads, cache: { folder, maxBytes: cacheBytes } };
      await client.request('lookOnce/load', { ...run.model, engine });
      for (const group of groups) {
        await askGroup(client, group, run, onResult, signal);
        if (signal.aborted) return;
        done += group.length;
        status.show(`[quality] ${done} of ${cases.length} questions: ${group[0]?.id ?? ''}`);
      }
    } finally {
      await client.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  };
  try {
    await Promise.all(Array.from({ length: run.jobs }, worker));
  } finally {
    status.clear();
  }
}

async function askGroup(
  client: BackendClient,
  group: readonly Case[],
  run: Run,
  onResult: OnResult,
  signal: AbortSignal,
) {
  let cold = true;
  for (const one of group) {
    for (const ratio of run.ratios) {
      if (signal.aborted) return;
      if (run.known.has(keyOf({ id: one.id, ratio: String(ratio) }))) continue;
      onResult(await ask(client, one, ratio, cold, run));
      cold = false;
    }
  }
}

async function ask(client: BackendClient, one: Case, ratio: KvRatio, cold: boolean, run: Run): Promise<ScreenResult> {
  const { id, family, size } = one;
  const known = { model: run.hash, id, family, ratio: String(ratio), cold, ...(size === undefined ? {} : { size }) };
  try {
    const { answer, prompt, ms, matching } = await client.request('lookOnce/ask', {
      question: one.question,
      images: one.images.map((file) => ({ path: file })),
      documents: one.documents.map((file) => ({ path: file })),
      imageText: run.imageText,
      kv: { ratio },
      sampling: { temperature: 0, maxTokens: answerTokens },
    });
    const said = answer.trim();
    const beside = one.accept.some((form) => occurs(form, matching.join('\n')));
    const measured = { promptTokens: prompt.tokens, firstTokenMs: ms.firstToken, beside };
    return { ...known, answer: said, ...score(said, one), ...measured };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    const wrong = { exact: false, contained: false, saysNotShown: false };
    return { ...known, answer: '', ...wrong, promptTokens: 0, firstTokenMs: 0, error: error.code };
  }
}

/** Questions about the same pictures and documents, one after the other. */
function byAttachments(cases: readonly Case[]): Case[][] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const key = [...one.images, ...one.documents].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function keyOf({ id, ratio }: Pick<ScreenResult, 'id' | 'ratio'>): string {
  return `${ratio} ${id}`;
}

/** A last line without an end was cut when a run was ended, and is measured again. */
function readResults(file: string): ScreenResult[] {
  const text = fs.readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) fs.writeFileSync(file, whole);
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ScreenResult);
}
