/**
 * Five questions one after the other about the same attachments, to llama-server and to ours: in one process, and in a
 * new process for each with what the one before left on disk.
 */
import fs from 'node:fs';
import path from 'node:path';
import { defaultEngineSettings } from '../../../backend-native/protocol/model.js';
import { ourProgram, programs, type SessionResult, type SessionRound, type SessionRow } from '../measurement.js';
import type { BenchModel } from '../models/benchModels.js';
import type { SessionPart } from '../options.js';
import { documentOf, writePrompt, type PromptFiles } from '../prompt/promptFiles.js';
import type { Load } from './llamaCpp.js';
import { startLlamaServer } from './llamaServer.js';
import { messageOf } from './measureCase.js';
import { openOurs } from './ours.js';

const questions = [
  'What is the code?',
  'Which word comes first?',
  'How many are there?',
  'What is at the end?',
  'Which one is the longest?',
];
/** Short ones, where reading is the wait, and long ones, where decoding is. */
export const sessionAnswers = { short: 32, long: 200 };
const images = 8;
const imageTokens = 448;
const documentTokens = 5_400;
/** Cells beside what is attached: questions, answers, and what stands around them. */
const spareCells = 1_500;

export interface SessionOptions {
  readonly model: BenchModel;
  readonly load: Load;
  readonly ratios: readonly number[];
  readonly sessions: ReadonlySet<SessionPart>;
  readonly rounds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** @returns one result for each kind of attachment and length of answer */
export async function measureSessions(options: SessionOptions): Promise<SessionResult[]> {
  const { model, folder, sessions } = options;
  const place = path.join(folder, model.name, 'session');
  const document = documentOf(documentTokens, model.pieces, 'session');
  const attachments = [
    {
      part: 'images',
      attached: `${images} images`,
      files: writePrompt(
        path.join(place, 'images'),
        Array.from({ length: images }, () => model.picture(imageTokens)),
        '',
      ),
    },
    { part: 'document', attached: 'a document', files: writePrompt(path.join(place, 'document'), [], document) },
  ] as const;
  const results: SessionResult[] = [];
  for (const { attached, files } of attachments.filter(({ part }) => sessions.has(part)))
    for (const answerTokens of (['short', 'long'] as const)
      .filter((part) => sessions.has(part))
      .map((part) => sessionAnswers[part]))
      results.push(await measureSession({ ...options, load: { ...options.load, answerTokens } }, attached, files));
  return results;
}

type Session = (scratch: string) => Promise<SessionRound>;

async function measureSession(
  { model, load, ratios, sessions, rounds, folder, say }: SessionOptions,
  attached: string,
  files: PromptFiles,
): Promise<SessionResult> {
  const prompts = questions.map((question) => ({ ...files, question }));
  const processes = [...(sessions.has('one') ? [false] : []), ...(sessions.has('each') ? [true] : [])];
  const rows = processes.flatMap((newProcesses) => [
    { program: programs.server, newProcesses, run: serverSession(load, prompts, newProcesses) },
    ...ratios.map((ratio) => ({
      program: ourProgram(ratio),
      newProcesses,
      run: ourSession(load, prompts, newProcesses, ratio),
    })),
  ]);
  const measured = rows.map(({ program, newProcesses }) => ({ program, newProcesses, rounds: [] as SessionRound[] }));
  const failures = new Map<number, string>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [i, { program, newProcesses, run }] of rows.entries()) {
      if (failures.has(i)) continue;
      const how = newProcesses ? ', a process for each question' : '';
      say(`${model.name}, ${attached}, ${load.answerTokens} tokens, round ${round} of ${rounds}: ${program}${how}`);
      try {
        measured[i]?.rounds.push(await inScratch(folder, run));
      } catch (error) {
        failures.set(i, messageOf(error));
      }
    }
  }
  return {
    model: model.name,
    attached,
    answerTokens: load.answerTokens,
    rows: measured.map((row, i): SessionRow => {
      const failure = failures.get(i);
      return failure === undefined ? row : { ...row, failure };
    }),
  };
}

async function inScratch(folder: string, run: Session): Promise<SessionRound> {
  const scratch = fs.mkdtempSync(path.join(folder, 'session-'));
  try {
    return await run(scratch);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a session adds up to, question by question. */
class Sum {
  private readonly starts: number[] = [];
  private readonly firsts: number[] = [];
  private promptTokens = 0;
  private ms = 0;
  private peak = 0;

  /** Starts a process. */
  async start<T>(open: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const program = await open();
    this.starts.push(performance.now() - start);
    return program;
  }

  add(promptTokens: number, msFirstToken: number, wallMs: number, peakRssBytes: number): void {
    this.firsts.push(msFirstToken);
    this.promptTokens = Math.max(this.promptTokens, promptTokens);
    this.ms += wallMs;
    this.peak = Math.max(this.peak, peakRssBytes);
  }

  /** @param scratch the folder of what the session left behind */
  round(scratch: string): SessionRound {
    const { promptTokens, ms } = this;
    const files = fs.readdirSync(scratch, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const diskBytes = files.reduce(
      (sum, { parentPath, name }) => sum + fs.statSync(path.join(parentPath, name)).size,
      0,
    );
    return { promptTokens, ms, msStarts: this.starts, msFirstTokens: this.firsts, peakRssBytes: this.peak, diskBytes };
  }
}

function serverSession(load: Load, prompts: readonly PromptFiles[], newProcesses: boolean): Session {
  return async (scratch) => {
    const cells = Math.max(documentTokens, images * imageTokens) + spareCells + load.answerTokens;
    const sum = new Sum();
    const open = () => startLlamaServer(load, cells, scratch);
    let server = await sum.start(open);
    try {
      for (const [i, prompt] of prompts.entries()) {
        let msRestore = 0;
        if (newProcesses && i > 0) {
          await server.close();
          server = await sum.start(open);
          msRestore = await server.slot('restore');
        }
        const { promptTokens, tokens, msFirstToken, wallMs } = await server.ask(prompt);
        if (tokens !== load.answerTokens)
          throw new Error(`Expected ${load.answerTokens} tokens of answer but received ${tokens}`);
        sum.add(promptTokens, msRestore + msFirstToken, msRestore + wallMs, server.peakRssBytes());
        if (newProcesses && i === 0) await server.slot('save');
      }
      return sum.round(scratch);
    } finally {
      await server.close();
    }
  };
}

function ourSession(load: Load, prompts: readonly PromptFiles[], newProcesses: boolean, ratio: number): Session {
  return async (scratch) => {
    const options = ['--kv-ratio', String(ratio), '--cache-dir', scratch];
    const sum = new Sum();
    const { holdMinutes } = defaultEngineSettings;
    const open = () => openOurs(load, options, holdMinutes);
    let backend = await sum.start(open);
    try {
      for (const [i, prompt] of prompts.entries()) {
        if (newProcesses && i > 0) {
          await backend.close();
          backend = await sum.start(open);
        }
        const { result, info, msFirstToken, wallMs } = await backend.ask(prompt);
        if (result.tokens !== load.answerTokens)
          throw new Error(`Expected ${load.answerTokens} tokens of answer but received ${result.tokens}`);
        if (ratio < 1 && !result.kv.compressed) throw new Error(`Nothing was compressed: ${result.kv.note}`);
        sum.add(result.prompt.tokens, msFirstToken, wallMs, info.process.peakRssBytes);
      }
      return sum.round(scratch);
    } finally {
      await backend.close();
    }
  };
}
