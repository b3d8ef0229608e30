/** The real server process with the real addon, and random models of each family. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { backendEnvironment } from '../../backend-native/protocol/processEnd.js';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskParams, AskResult } from '../../backend-native/protocol/ask.js';
import type { EngineSettings } from '../../backend-native/protocol/model.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { page, png } from '../fixtures/images.js';
import { writeFixture, type ModelOptions, type VisionFamilyName } from '../fixtures/writeFixture.js';
import { scratchFolder, writeFile } from '../scratch.js';

export const referenceProgram = path.join(packageRoot(), 'backend-native', 'build', 'bin', 'llama-mtmd-cli');

type Test = Pick<TestContext, 'after'>;

export interface Family {
  readonly model: string;
  readonly mmproj: string;
  readonly client: BackendClient;
}

/**
 * A random model of `name`, loaded; its files and its process are gone when the test is over. It holds nothing in
 * memory for the next question unless a test wants it, so that a follow-up goes on from the cache that is left.
 */
export async function loadFamily(
  t: Test,
  name: VisionFamilyName,
  engine: Partial<EngineSettings> = {},
  options: ModelOptions = {},
): Promise<Family> {
  const files = await writeFixture(name, scratchFolder(t), options);
  const client = newClient(t);
  await client.request('lookOnce/load', {
    modelPath: files.model,
    mmprojPath: files.mmproj,
    engine: { holdMinutes: 0, ...engine },
  });
  return { ...files, client };
}

export function newClient(t: Test): BackendClient {
  const client = new BackendClient();
  t.after(() => client.close());
  return client;
}

/** A picture with text-like lines, in a file of its own. */
export function pageFile(t: Test, width: number, height: number, seed: string): string {
  return writeFile(scratchFolder(t), `${seed}.png`, png(page(width, height, seed)));
}

/**
 * One turn, of pictures without their words unless a test wants them, as llama.cpp's own program reads them; whatever
 * else is not given is the default of the protocol.
 */
export async function ask(client: BackendClient, params: AskParams): Promise<AskResult> {
  return client.request('lookOnce/ask', { imageText: 'off', ...params });
}

/**
 * What llama.cpp's own program answers to the content of one user message, greedily: at least `length` characters.
 * Its log may lose the end of what it writes when it exits, so it is asked for more than is needed, and asked again.
 */
export async function referenceAnswer(
  model: string,
  mmproj: string,
  content: string,
  images: readonly string[],
  length: number,
): Promise<string> {
  let answer = '';
  for (let attempt = 0; attempt < 5 && answer.length < length; attempt += 1) {
    answer = await runReference(model, mmproj, content, images, 2 * length);
  }
  return answer;
}

function runReference(
  model: string,
  mmproj: string,
  content: string,
  images: readonly string[],
  tokens: number,
): Promise<string> {
  const args = [
    '-m',
    model,
    '--mmproj',
    mmproj,
    '-p',
    content,
    '--temp',
    '0',
    '-n',
    String(tokens),
    '-c',
    '4096',
    '-fa',
    'on',
    '-t',
    '2',
    '--jinja',
  ];
  const child = spawn(referenceProgram, [...args, ...images.flatMap((image) => ['--image', image])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...backendEnvironment, ...process.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      // It may crash in its log's thread when it exits, after it has answered.
      if (status === 0 || stdout.trim() !== '') resolve(stdout.trim());
      else reject(new Error(`llama-mtmd-cli ended with status ${status}: ${stderr.slice(-400)}`));
    });
  });
}
