import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultDocumentLimits, type DocumentSource } from '../../../../backend-native/protocol/ask.js';
import { readDocuments, type ReadDocumentsOptions } from '../../../../backend-native/server/attachments/documents.js';
import {
  openDocument,
  type OpenDocument,
} from '../../../../backend-native/server/attachments/documents/openDocument.js';
import { partlyRead, readMore } from '../../../../backend-native/server/attachments/moreOfDocuments.js';
import { planReading } from '../../../../backend-native/server/attachments/readingPlan.js';
import { manual } from '../../../fixtures/documents/manual.js';
import { pdf } from '../../../fixtures/documents/pdf.js';

const never = new AbortController().signal;
/** A token for every four characters, as models have about. */
const counter = { countTokens: (text: string) => Math.ceil(text.length / 4) };

async function read(sources: readonly DocumentSource[], options: Partial<ReadDocumentsOptions>) {
  return readDocuments(sources, {
    limits: defaultDocumentLimits,
    budgetTokens: 6000,
    counter,
    imagesBefore: 0,
    signal: never,
    onProgress: () => undefined,
    ...options,
  });
}

async function opened(source: DocumentSource): Promise<OpenDocument> {
  const document = await openDocument(source, { signal: never });
  assert.ok(document);
  return document;
}

/** @returns the share of the questions whose page is among those that are read */
async function foundShare(
  document: OpenDocument,
  questions: ReturnType<typeof manual>['questions'],
  pageOf: (text: string, page: number) => number[],
) {
  let found = 0;
  for (const { question, page } of questions) {
    const [plan] = await planReading([document], {
      limits: defaultDocumentLimits,
      budgetTokens: 6000,
      counter,
      question,
    });
    if (plan?.read.some((one) => pageOf(one.text, one.page).includes(page))) found += 1;
  }
  return found / questions.length;
}

test('of_500_pages_of_a_pdf_the_one_that_answers_is_read', async (t) => {
  const { pages, questions } = manual(500, 200);
  const bytes = pdf(pages.map((lines) => ({ lines })));
  const start = performance.now();
  const document = await opened({ name: 'manual.pdf', base64: bytes.toString('base64') });
  const extracted = performance.now();
  const share = await foundShare(document, questions, (_, page) => [page]);
  const perQuestion = (performance.now() - extracted) / questions.length;
  t.diagnostic(
    `extracted in ${Math.round(extracted - start)} ms, ${Math.round(perQuestion)} ms a question, right page ` +
      `among those read: ${100 * share} %`,
  );
  assert.ok(share >= 0.95, `${share}`);
  assert.ok(perQuestion < 5000);
});

test('of_500_pages_a_follow_up_has_the_one_that_answers_too', async (t) => {
  const { pages, questions } = manual(500, 200);
  const bytes = pdf(pages.map((lines) => ({ lines })));
  const document = await opened({ name: 'manual.pdf', base64: bytes.toString('base64') });
  const options = { limits: defaultDocumentLimits, budgetTokens: 6000, counter };
  const [first, ...followUps] = questions;
  const plans = await planReading([document], { ...options, question: first?.question ?? '' });
  const partly = partlyRead(plans, []);
  const start = performance.now();
  let [found, read] = [0, 0];
  for (const { question, page } of followUps) {
    const { reports, partly: now } = await readMore(partly, { ...options, question });
    const known = now[0]?.document.pages.filter((_, i) => now[0]?.read.has(i + 1)).map((one) => one.page) ?? [];
    if (known.includes(page)) found += 1;
    read += reports.length;
  }
  const share = found / followUps.length;
  t.diagnostic(`right page known to ${100 * share} %, ${read} of ${followUps.length} follow-ups read some`);
  assert.ok(share >= 0.95, `${share}`);
  assert.ok((performance.now() - start) / followUps.length < 5000);
});

test('of_a_long_markdown_the_section_that_answers_is_read', async (t) => {
  const { pages, questions } = manual(300, 40, 'markdown');
  const text = pages
    .map(([title = '', ...lines], i) => `## ${title} (chapter ${i + 1})\n${lines.join('\n')}`)
    .join('\n\n');
  const document = await opened({ name: 'manual.md', base64: Buffer.from(text).toString('base64') });
  const chapters = (piece: string) => [...piece.matchAll(/\(chapter (\d+)\)/g)].map(([, n]) => Number(n));
  const share = await foundShare(document, questions, chapters);
  t.diagnostic(`right section among those read: ${100 * share} %`);
  assert.ok(share >= 0.95, `${share}`);
});

test('two_thousand_pages_do_not_hurt', async (t) => {
  const { pages, questions } = manual(2000, 3, 'large');
  const text = pages.map((lines) => lines.join('\n')).join('\n\n');
  const document = await opened({ name: 'large.txt', text });
  const start = performance.now();
  await foundShare(document, questions, () => []);
  const perQuestion = (performance.now() - start) / questions.length;
  t.diagnostic(`${Math.round(perQuestion)} ms a question over ${Math.round(text.length / 1e6)} million characters`);
  assert.ok(perQuestion < 30_000);
});

test('what_was_chosen_is_said_as_data_and_stands_in_its_order', async () => {
  const filler = Array.from({ length: 30 }, () => 'nothing of interest is said in this line of the page');
  const pages = Array.from({ length: 60 }, (_, i) => ({
    lines:
      i === 44
        ? ['The harbour code is E4719.', ...filler]
        : i === 4
          ? ['The harbour opens at six.', ...filler]
          : filler,
  }));
  const source = { name: 'a.pdf', base64: pdf(pages).toString('base64') };
  const {
    documents: [document],
    reports: [report],
  } = await read([source], { question: 'Which code has the harbour?', limits: { maxTokens: 3000, maxImagePages: 16 } });
  const [note] = report?.notes ?? [];
  assert.ok(note?.kind === 'pagesChosen');
  assert.deepEqual([note.of, note.unit, note.why], [60, 'page', 'question']);
  assert.ok(note.chosen.includes(45) && note.chosen.includes(5));
  assert.deepEqual(
    note.chosen,
    [...note.chosen].sort((a, b) => a - b),
  );
  assert.ok((document?.text.indexOf('[page 5]') ?? -1) < (document?.text.indexOf('[page 45]') ?? -1));
  assert.ok(document?.text.includes('[page 46]'), 'the page after it comes along');
  assert.equal(report?.complete, false);
  assert.match(report.note, /^Pages 4-6, 44-46 of 60, chosen for your question\./);
  assert.ok(counter.countTokens(document?.text ?? '') <= 3000);
});

test('pages_that_the_user_names_are_not_chosen_from', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i} of the page that says nothing of note`);
  const pages = Array.from({ length: 30 }, (_, i) => ({ lines: i === 25 ? ['zebra', ...lines] : lines }));
  const source = { name: 'a.pdf', base64: pdf(pages).toString('base64'), pages: '1-28' };
  const { reports } = await read([source], { question: 'Where is the zebra?', budgetTokens: 1500 });
  assert.match(reports[0]?.pagesAsText ?? '', /^1-\d$/);
  assert.equal(reports[0]?.notes[0]?.kind, 'pagesLeftOut');
});

test('a_question_about_the_whole_reads_from_the_beginning', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i} of the page that says nothing of note`);
  const source = { name: 'a.pdf', base64: pdf(Array.from({ length: 30 }, () => ({ lines }))).toString('base64') };
  const { reports } = await read([source], { question: 'What is this about?', budgetTokens: 1500 });
  assert.match(reports[0]?.pagesAsText ?? '', /^1-\d$/);
});

test('a_small_document_is_read_whole_beside_a_large_one', async () => {
  const large = Array.from({ length: 400 }, (_, i) => `Paragraph ${i} of a long text that says little.\n`).join('\n');
  const { documents, reports } = await read(
    [
      { name: 'rules.txt', text: 'Answer in French.' },
      { name: 'large.txt', text: `${large}\nThe zebra is in stable nine.\n${large}` },
    ],
    { question: 'Where is the zebra?', budgetTokens: 2000 },
  );
  assert.equal(documents[0]?.text, 'Answer in French.');
  assert.match(documents[1]?.text ?? '', /stable nine/);
  assert.deepEqual(
    reports.map(({ complete }) => complete),
    [true, false],
  );
});

test('of_many_documents_the_one_that_answers_is_read', async () => {
  const text = (i: number) =>
    Array.from({ length: 60 }, (_, line) => `Line ${line} of text ${i} is about weather and roads.`).join('\n');
  const sources = Array.from({ length: 40 }, (_, i) => ({
    name: `${i}.txt`,
    text: i === 33 ? `${text(i)}\nThe zebra sleeps in stable nine.` : text(i),
  }));
  const { documents } = await read(sources, { question: 'Where does the zebra sleep?', budgetTokens: 4000 });
  assert.match(documents[33]?.text ?? '', /stable nine/);
  assert.match(documents[0]?.text ?? '', /^\[Nothing of it was read/);
});

test('a_part_of_a_table_comes_with_its_head_and_a_part_of_a_chapter_with_its_heading', async () => {
  const rows = Array.from(
    { length: 400 },
    (_, i) => `| host${i} | ${8000 + i} | a place that is of no interest here |`,
  );
  const text = `# Servers\n\n| Name | Port | Where |\n| --- | --- | --- |\n${rows.join('\n')}`;
  const { documents } = await read([{ name: 'a.md', base64: Buffer.from(text).toString('base64') }], {
    question: 'Which port has host333?',
    budgetTokens: 1500,
  });
  assert.match(
    documents[0]?.text ?? '',
    /# Servers\n\| Name \| Port \| Where \|\n\| --- \| --- \| --- \|\n[^]*host333 \| 8333/,
  );
});
