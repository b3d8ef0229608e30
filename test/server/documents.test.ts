/** Documents from the file to the answer: the real server process, its worker thread, and the embedded model. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AskProgress, HistoryTurn } from '../../backend-native/protocol/ask.js';
import type { DocumentInspection } from '../../backend-native/protocol/inspect.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { docx, paragraph } from '../fixtures/documents/docx.js';
import { endlessPdf, pdf } from '../fixtures/documents/pdf.js';
import { page } from '../fixtures/images.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { ask, newClient } from './realBackend.js';
import { runProgram } from './runProgram.js';

const handbook = path.join(packageRoot(), 'media', 'samples', 'handbook.pdf');
const sampling = { maxTokens: 4 };

async function embedded(t: TestContext, contextSize = 0) {
  const client = newClient(t);
  await client.request('lookOnce/load', { engine: { contextSize } });
  return client;
}

test('the_text_of_a_pdf_reaches_the_model_and_the_report_says_so', async (t) => {
  const client = await embedded(t);
  const phases: AskProgress[] = [];
  const source = {
    path: writeFile(
      scratchFolder(t),
      'two.pdf',
      pdf([{ lines: ['The code is 1234.'] }, { lines: ['The port is 8080.'] }]),
    ),
  };
  const result = await client.request(
    'lookOnce/ask',
    { question: 'What is the port?', documents: [source], sampling },
    { onProgress: (progress) => phases.push(progress) },
  );
  const [report] = result.documents;
  assert.deepEqual(
    [report?.name, report?.pages, report?.pagesAsText, report?.complete, report?.charactersRead],
    ['two.pdf', 2, '1-2', true, 34],
  );
  assert.ok(report && report.tokens > 10 && result.prompt.textTokens > report.tokens);
  assert.ok(phases.some((progress) => progress.phase === 'document' && progress.name === 'two.pdf'));
});

test('a_page_without_text_is_seen_as_an_image', async (t) => {
  const client = await embedded(t);
  const file = writeFile(
    scratchFolder(t),
    'scan.pdf',
    pdf([{ lines: ['Text.'] }, { picture: page(300, 400, 'scan') }]),
  );
  const { images, prompt, documents } = await ask(client, {
    question: 'What is this?',
    documents: [{ path: file }],
    sampling,
  });
  assert.deepEqual(
    images.map(({ name, document }) => [name, document]),
    [['scan.pdf, page 2', { index: 0, page: 2 }]],
  );
  assert.deepEqual([prompt.images, documents[0]?.pagesAsText, documents[0]?.pagesAsImages], [1, '1', '2']);
  // Drawn at the size at which the model sees it: nothing is thrown away between.
  const [image] = images;
  assert.ok(image && image.readWidth * image.readHeight > 0.85 * image.width * image.height);
});

test('a_document_longer_than_the_context_is_read_as_far_as_it_fits', async (t) => {
  const client = await embedded(t, 1024);
  const text = 'Every line of this file says the same in other words.\n'.repeat(2000);
  for (const source of [{ name: 'long.txt', text }, { path: handbook }]) {
    const {
      documents: [report],
      prompt,
      stop,
    } = await ask(client, { question: 'What is this?', documents: [source], sampling });
    assert.equal(report?.complete, false);
    assert.ok(report.charactersRead > 0 && report.charactersRead < report.characters, report.note);
    assert.notEqual(stop, 'context');
    assert.ok(prompt.tokens > 500 && prompt.tokens <= 1024, `${prompt.tokens} tokens`);
    assert.match(report.note, /tokens for documents/);
  }
});

test('a_follow_up_reads_the_pages_that_it_needs_and_so_does_the_conversation_when_it_is_read_again', async (t) => {
  const client = await embedded(t, 4096);
  const chapters = ['harbour', 'crane', 'bilge', 'siren', 'ferry', 'lantern', 'anchor', 'rudder'];
  const lines = (i: number) => [
    `The ${chapters[i] ?? 'quay'} of berth ${i} has the code ${4000 + i}.`,
    ...Array.from({ length: 24 }, (_, n) => `Line ${n} of this page is about nothing that anybody would want to know.`),
  ];
  const file = writeFile(
    scratchFolder(t),
    'long.pdf',
    pdf(Array.from({ length: 40 }, (_, i) => ({ lines: lines(i) }))),
  );
  const history: HistoryTurn[] = [];
  const next = async (id: string, question: string, documents: readonly { path: string }[] = []) => {
    const conversation = { id, history: [...history] };
    const result = await ask(client, { question, documents, conversation, sampling, kv: { ratio: 1 } });
    return { ...result, turn: { question, answer: result.answer, documents } };
  };
  const first = await next('a', 'What is the code of the crane?', [{ path: file }]);
  assert.ok(first.documents[0]?.pagesAsText.split(/[,-]/).includes('2'), first.documents[0]?.pagesAsText);
  history.push(first.turn);
  const second = await next('a', 'What is the code of the rudder?');
  const [more] = second.documents;
  assert.equal(more?.ofEarlierTurn, true);
  assert.match(more.note, /^Page.* 8\b.* of 40, chosen for your question\.$/);
  assert.equal(second.reread, false, 'the pages are added to the cache');
  assert.ok(more.charactersRead > (first.documents[0]?.charactersRead ?? 0));
  history.push(second.turn);
  const named = await next('a', 'What does page 31 say?');
  assert.match(named.documents[0]?.pagesAsText ?? '', /\b31\b/);
  const known = await next('b', 'What is the code of the rudder?');
  assert.deepEqual(known.documents, [], 'the conversation that was read anew has the page too');
  assert.ok(known.prompt.tokens > second.prompt.tokens + more.tokens);
});

test('cancelling_ends_a_document_that_takes_for_ever', async (t) => {
  const client = await embedded(t);
  const abort = new AbortController();
  const source = { path: writeFile(scratchFolder(t), 'endless.pdf', endlessPdf()), readAs: 'images' as const };
  const asked = client.request(
    'lookOnce/ask',
    { question: 'What is this?', documents: [source], sampling },
    {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase === 'document') abort.abort();
      },
    },
  );
  assert.equal((await asked).stop, 'cancelled');
  const { answer } = await ask(client, { question: 'What is this?', sampling });
  assert.equal(typeof answer, 'string');
});

test('the_limit_on_tokens_is_kept', async (t) => {
  const client = await embedded(t);
  const {
    documents: [report],
    prompt,
  } = await ask(client, {
    question: 'What is this?',
    documents: [{ path: handbook }],
    documentLimits: { maxTokens: 200 },
    sampling,
  });
  assert.ok(report && !report.complete && report.tokens <= 200 && report.tokens > 100);
  assert.ok(prompt.tokens < 260);
});

test('inspecting_tells_what_the_model_would_take', async (t) => {
  const client = newClient(t);
  const attachments = [{ kind: 'document' as const, source: { path: handbook, pages: '2-3' } }];
  const before = await client.request('lookOnce/inspect', { attachments });
  assert.equal((before.attachments[0] as DocumentInspection).tokens, null);
  await client.request('lookOnce/load', {});
  const {
    attachments: [report],
  } = await client.request('lookOnce/inspect', { attachments, thumbnailPixels: 64 });
  const { pages, chosenPages, tokens, thumbnail } = report as DocumentInspection;
  assert.deepEqual([pages, chosenPages], [3, '2-3']);
  assert.ok(thumbnail);
  const {
    documents: [read],
  } = await ask(client, { question: 'What is this?', documents: [{ path: handbook, pages: '2-3' }], sampling });
  assert.ok(read && tokens !== null && Math.abs(tokens - read.tokens) < 20, `${tokens} against ${read?.tokens}`);
});

test('the_command_line_reads_documents_and_says_what_it_left_out', async (t) => {
  const folder = scratchFolder(t);
  const word = writeFile(folder, 'note.docx', docx(paragraph('A note.')));
  const arguments_ = [
    '--max-tokens',
    '2',
    '--doc',
    handbook,
    '--doc-pages',
    '2-3',
    '--doc',
    word,
    '--doc-max-tokens',
    '150',
    'What is this?',
  ];
  const spoken = await runProgram('ask', arguments_);
  assert.equal(spoken.status, 0, spoken.stderr);
  assert.match(spoken.stderr, /^note: handbook\.pdf: .*tokens for documents.* --doc-pages chooses pages\.$/m);
  const { stdout } = await runProgram('ask', ['--json', ...arguments_]);
  const { documents } = JSON.parse(stdout) as { documents: { name: string; complete: boolean }[] };
  assert.deepEqual(
    documents.map(({ name, complete }) => [name, complete]),
    [
      ['handbook.pdf', false],
      ['note.docx', true],
    ],
  );
});

test('documents_that_cannot_be_read_are_one_line_on_stderr', async (t) => {
  const folder = scratchFolder(t);
  const failures: [string[], string][] = [
    [['--doc', writeFile(folder, 'locked.pdf', pdf([{ lines: ['x'] }], { password: 'secret' }))], 'password_required'],
    [['--doc', writeFile(folder, 'cut.pdf', pdf([{ lines: ['x'] }]).subarray(0, 60))], 'corrupt_document'],
    [
      ['--doc', writeFile(folder, 'many.pdf', pdf([{ lines: ['x'] }], { claimedPages: 1_000_000 }))],
      'document_too_large',
    ],
    [['--doc', handbook, '--doc-pages', '2-9'], 'page_range_invalid'],
    [['--doc', writeFile(folder, 'a.txt', 'text'), '--doc-pages', '1'], 'page_range_invalid'],
  ];
  for (const [line, code] of failures) {
    const { status, stdout, stderr } = await runProgram('ask', [...line, 'What is this?']);
    assert.deepEqual([status, stdout], [1, ''], stderr);
    assert.match(stderr, new RegExp(`^error: ${code}: [^\\n]+ — [^\\n]+\\n$`));
  }
});
