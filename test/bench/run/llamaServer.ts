/** llama-server on a port of its own, with the prompt cache that it keeps in memory and slots that it saves to disk. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';
import { backendEnvironment } from '../../../backend-native/protocol/processEnd.js';
import type { PromptFiles } from '../prompt/promptFiles.js';
import type { Load } from './llamaCpp.js';
import { builtProgram, peakRssOf } from './program.js';

export interface ServerAnswer {
  readonly promptTokens: number;
  readonly tokens: number;
  readonly msFirstToken: number;
  readonly wallMs: number;
}

export interface LlamaServer {
  ask(prompt: PromptFiles): Promise<ServerAnswer>;
  /** @returns milliseconds */
  slot(action: 'save' | 'restore'): Promise<number>;
  peakRssBytes(): number;
  close(): Promise<void>;
}

const slotFile = 'slot.bin';
const startMs = 120_000;

/**
 * Resolves once the model is loaded.
 * @param cells of its context
 * @param slots the folder for what it saves
 */
export async function startLlamaServer(load: Load, cells: number, slots: string): Promise<LlamaServer> {
  const { files, threads } = load;
  const port = await freePort();
  const child = spawn(
    builtProgram('llama-server'),
    [
      ['-m', files.modelPath, '--mmproj', files.mmprojPath],
      (files.adapterPaths ?? []).flatMap((file) => ['--lora', file]),
      ['--host', '127.0.0.1', '--port', String(port), '--no-ui', '--jinja'],
      ['-c', String(cells), '-np', '1', '-t', String(threads), '-fa', 'on', '--slot-save-path', slots],
    ].flat(),
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...backendEnvironment, ...process.env } },
  );
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const base = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + startMs;
  while (!(await isReady(base))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await close();
      throw new Error(`llama-server did not start: ${said.trim().split('\n').slice(-3).join(' ').slice(-300)}`);
    }
    await sleep(5);
  }
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 0, timeout: 3_600_000 });
  return {
    ask: (prompt) => askServer(client, prompt, load.answerTokens),
    slot: async (action) => {
      const start = performance.now();
      const response = await fetch(`${base}/slots/0?action=${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ filename: slotFile }),
      });
      if (!response.ok) throw new Error(`llama-server did not ${action} its slot: ${await response.text()}`);
      return performance.now() - start;
    },
    peakRssBytes: () => peakRssOf(child.pid),
    close,
  };
}

async function askServer(client: OpenAI, prompt: PromptFiles, answerTokens: number): Promise<ServerAnswer> {
  const start = performance.now();
  let first: number | undefined;
  let usage: { prompt_tokens: number; completion_tokens: number } | undefined;
  const request = {
    model: 'default',
    messages: [{ role: 'user' as const, content: contentOf(prompt) }],
    stream: true as const,
    stream_options: { include_usage: true },
    temperature: 0,
    max_tokens: answerTokens,
    // Fields of llama-server's own.
    ignore_eos: true,
    cache_prompt: true,
  };
  for await (const chunk of await client.chat.completions.create(request)) {
    if (chunk.choices[0]?.delta.content) first ??= performance.now();
    if (chunk.usage) usage = chunk.usage;
  }
  const end = performance.now();
  if (!usage) throw new Error('llama-server told no usage');
  return {
    promptTokens: usage.prompt_tokens,
    tokens: usage.completion_tokens,
    msFirstToken: (first ?? end) - start,
    wallMs: end - start,
  };
}

/** In the order in which our backend puts them. */
function contentOf({ images, document, question }: PromptFiles): ChatCompletionContentPart[] {
  const pictures = images.flatMap((file, i): ChatCompletionContentPart[] => [
    { type: 'text', text: `Image ${i + 1}:\n` },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${fs.readFileSync(file).toString('base64')}` } },
  ]);
  const text = document ? `Document ${path.basename(document.path)}:\n${document.text}\n\n` : '';
  return [...pictures, { type: 'text', text: `${text}${question}` }];
}

async function isReady(base: string): Promise<boolean> {
  try {
    return (await fetch(`${base}/health`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
