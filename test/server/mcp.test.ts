/** The server of the Model Context Protocol as a client of another maker sees it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { pdf } from '../fixtures/documents/pdf.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { pageFile } from './realBackend.js';

const timeout = 120_000;

interface Session {
  readonly client: Client;
  readonly folder: string;
}

/** @param named whether the client names the folder as its root; the command line does otherwise */
async function session(t: TestContext, { named = false, cache = '' } = {}): Promise<Session> {
  const folder = fs.realpathSync(scratchFolder(t));
  const client = new Client({ name: 'test', version: '1' }, { capabilities: named ? { roots: {} } : {} });
  if (named) client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: pathToFileURL(folder).href }] }));
  const cached = cache === '' ? ['--no-cache'] : ['--cache-dir', cache];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.join(packageRoot(), 'dist', 'mcp.cjs'), ...cached, ...(named ? [] : ['--root', folder])],
    env: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => Boolean(entry[1])),
    ),
  });
  await client.connect(transport);
  t.after(() => client.close());
  return { client, folder };
}

async function call(
  { client }: Session,
  name: string,
  args: Record<string, unknown>,
  options: RequestOptions = {},
): Promise<{ isError: boolean; text: string; data: Record<string, unknown> }> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args }, undefined, {
    timeout,
    ...options,
  });
  const [first] = content as { text: string }[];
  return {
    isError: isError === true,
    text: first?.text ?? '',
    data: (structuredContent ?? {}) as Record<string, unknown>,
  };
}

test('its_tools_are_listed_with_what_they_take_and_give', async (t) => {
  const { client } = await session(t);
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name).sort(), ['find', 'look', 'models', 'read_text']);
  for (const { name, inputSchema, outputSchema, annotations } of tools) {
    assert.equal(inputSchema.type, 'object', name);
    assert.equal(outputSchema?.type, 'object', name);
    assert.equal(annotations?.readOnlyHint, true, name);
  }
});

test('a_question_about_a_picture_and_a_document_is_answered_with_progress', async (t) => {
  const one = await session(t);
  const { folder } = one;
  fs.copyFileSync(pageFile(t, 256, 128, 'Error E4719'), path.join(folder, 'page.png'));
  writeFile(folder, 'notes.txt', 'The server is called alpha.');
  const heard: number[] = [];
  const { isError, data, text } = await call(
    one,
    'look',
    {
      question: 'What is shown?',
      images: ['page.png'],
      documents: [{ file: 'notes.txt' }],
      kvRatio: 0.5,
      maxTokens: 4,
    },
    { onprogress: ({ progress }) => heard.push(progress) },
  );
  assert.equal(isError, false, text);
  assert.equal(typeof data['answer'], 'string');
  assert.ok(
    (data['notes'] as string[]).some((note) => /stand-in/.test(note)),
    text,
  );
  assert.ok(heard.length > 1 && heard.every((value, i) => i === 0 || value > (heard[i - 1] ?? 0)), heard.join(' '));
});

test('text_is_read_by_page_without_a_model', async (t) => {
  const one = await session(t, { named: true });
  writeFile(one.folder, 'table.csv', 'name,port\nalpha,8080\n');
  const { data, text } = await call(one, 'read_text', { file: path.join(one.folder, 'table.csv') });
  assert.match(text, /alpha/);
  assert.equal(data['format'], 'csv');
});

test('the_file_that_shows_something_is_found_and_what_cannot_be_read_is_said', async (t) => {
  const one = await session(t);
  writeFile(one.folder, 'a.md', '# Deploy\n\nThe release went out on Tuesday.\n');
  fs.mkdirSync(path.join(one.folder, 'deep'));
  writeFile(one.folder, 'deep/b.md', '# Incident\n\nThe database refused connections.\n');
  writeFile(one.folder, 'broken.pdf', '%PDF-1.7 and no more');
  const { data } = await call(one, 'find', { folder: '.', query: 'database connections' });
  const found = data['found'] as { file: string; excerpt: string }[];
  assert.deepEqual(
    found.map(({ file }) => path.relative(one.folder, file)),
    [path.join('deep', 'b.md')],
  );
  assert.match(found[0]?.excerpt ?? '', /refused/);
  assert.equal(data['filesRead'], 2);
  assert.deepEqual(
    (data['notRead'] as { file: string }[]).map(({ file }) => path.basename(file)),
    ['broken.pdf'],
  );
  const again = await call(one, 'find', { folder: '.', query: 'release' });
  assert.equal(again.data['filesKnown'], 2);
});

test('what_was_read_of_documents_is_kept_for_the_next_process', async (t) => {
  const cache = scratchFolder(t);
  const kept = () => fs.readdirSync(cache).filter((name) => name.startsWith('document-'));
  for (let i = 0; i < 2; i += 1) {
    const one = await session(t, { cache });
    fs.writeFileSync(path.join(one.folder, 'report.pdf'), pdf([{ lines: ['The database refused connections.'] }]));
    const { data, text } = await call(one, 'find', { folder: '.', query: 'database' });
    assert.equal((data['found'] as unknown[]).length, 1, text);
    assert.equal(kept().length, 1);
  }
});

test('files_outside_of_the_roots_are_refused_links_included', async (t) => {
  const one = await session(t);
  const outside = writeFile(scratchFolder(t), 'secret.txt', 'a secret');
  fs.symlinkSync(outside, path.join(one.folder, 'link.txt'));
  for (const file of [outside, 'link.txt', '../secret.txt', pathToFileURL(outside).href]) {
    const { isError, text } = await call(one, 'read_text', { file });
    assert.ok(isError && /^error: path_not_allowed: /.test(text), `${file}: ${text}`);
  }
  const { text } = await call(one, 'look', { question: 'What?', documents: ['link.txt'] });
  assert.match(text, /path_not_allowed/);
});

test('bad_input_is_an_answer_and_the_server_lives_on', async (t) => {
  const one = await session(t);
  const missing = await call(one, 'read_text', { file: 'nothing.png' });
  assert.match(missing.text, /^error: file_not_found: .* — /);
  const model = await call(one, 'look', { question: 'What?', model: '/etc/passwd' });
  assert.match(model.text, /file_not_found/);
  const ratio = await call(one, 'look', { question: 'What?', kvRatio: 2 }).catch((error: unknown) => ({
    isError: true,
    text: String(error),
  }));
  assert.ok(ratio.isError && /kvRatio/.test(ratio.text), ratio.text);
  const { data } = await call(one, 'models', {});
  assert.ok((data['models'] as { source: string }[]).some(({ source }) => source === 'embedded'));
});

test('a_cancelled_question_is_let_go_and_the_next_one_is_answered', async (t) => {
  const one = await session(t);
  const abort = new AbortController();
  const asked = call(one, 'look', { question: 'Go on and on', maxTokens: 4096 }, { signal: abort.signal });
  // The first question loads the model, which takes longer.
  setTimeout(() => {
    abort.abort();
  }, 50);
  await assert.rejects(asked);
  const { isError, text } = await call(one, 'look', { question: 'Hello', maxTokens: 2 });
  assert.equal(isError, false, text);
});
