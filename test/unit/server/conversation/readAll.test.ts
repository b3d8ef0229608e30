import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskParams, AskProgress, AskResult, DocumentSource } from '../../../../backend-native/protocol/ask.js';
import { partLabel } from '../../../../backend-native/protocol/readAll.js';
import { partsOf, type Part, type PartOptions } from '../../../../backend-native/server/conversation/readAll/parts.js';
import {
  planReadAll,
  readAll,
  wantsAll,
  type Answerer,
} from '../../../../backend-native/server/conversation/readAll/readAll.js';
import { cancelledBeforeStart } from '../../../../backend-native/server/conversation/turnResult.js';
import { failsWith } from '../../../failsWith.js';
import { manual } from '../../../fixtures/documents/manual.js';
import { pdf } from '../../../fixtures/documents/pdf.js';

const never = new AbortController().signal;
/** A token for every four characters, as models have about. */
const counter = { countTokens: (text: string) => Math.ceil(text.length / 4) };
const options: PartOptions = { counter, budgetTokens: 1000, maxImages: 4, signal: never };

const manualOf = (pages: number): DocumentSource => ({
  name: 'manual.pdf',
  base64: pdf(manual(pages, 0).pages.map((lines) => ({ lines }))).toString('base64'),
});
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `word${index}${index % 30 === 29 ? '.\n\n' : ''}`).join(' ');

test('every_page_is_in_exactly_one_part_and_every_part_fits', async () => {
  const parts = (await partsOf([manualOf(40)], { ...options, budgetTokens: 2500 })) ?? [];
  assert.ok(parts.length > 3);
  const pages = parts.flatMap(({ documents }) =>
    documents.flatMap((document) => ('pages' in document ? numbersOf(document.pages ?? '') : [])),
  );
  assert.deepEqual(
    pages,
    Array.from({ length: 40 }, (_, index) => index + 1),
  );
  for (const { tokens } of parts) assert.ok(tokens <= 2500, `${tokens} tokens`);
  assert.match(labelsOf(parts)[0] ?? '', /^manual\.pdf, pages 1-\d+$/);
});

test('a_text_without_pages_is_divided_and_nothing_of_it_is_lost', async () => {
  const text = words(3000);
  const parts = (await partsOf([{ name: 'long.txt', text }], options)) ?? [];
  assert.ok(parts.length > 5);
  const read = parts.flatMap(({ documents }) => documents.map((document) => ('text' in document ? document.text : '')));
  assert.equal(labelsOf(parts)[1], `long.txt (2 of ${parts.length})`);
  assert.deepEqual(read.join(' ').match(/\w+/g), text.match(/\w+/g));
});

test('a_page_that_is_longer_than_a_part_is_divided', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `Line ${index} of a long page with some more words in it.`);
  const source: DocumentSource = { name: 'long.pdf', base64: pdf([{ lines }]).toString('base64') };
  const parts = (await partsOf([source], { ...options, budgetTokens: 300 })) ?? [];
  assert.ok(parts.length > 1);
  const text = JSON.stringify(parts);
  for (const index of [0, 20, 39]) assert.ok(text.includes(`Line ${index} of`), `line ${index}`);
});

test('small_documents_share_a_part', async () => {
  const sources = ['a', 'b', 'c'].map((name) => ({ name: `${name}.txt`, text: `This is ${name}.` }));
  const parts = (await partsOf(sources, options)) ?? [];
  assert.deepEqual(
    parts.map(({ content, documents }) => [partLabel(content), documents.length]),
    [['a.txt; b.txt; c.txt', 3]],
  );
});

function labelsOf(parts: readonly Part[]): string[] {
  return parts.map(({ content }) => partLabel(content));
}

test('what_a_part_holds_is_called_as_the_document_calls_it', () => {
  const documents = [
    { name: 'plan.pptx', unit: 'slide', pages: '1-3' },
    { name: 'sums.xlsx', unit: 'sheet', pages: '2' },
    { name: 'a.txt', unit: 'whole', pages: '' },
  ] as const;
  assert.equal(partLabel({ documents }), 'plan.pptx, slides 1-3; sums.xlsx, sheet 2; a.txt');
});

/** Answers with what the test says; every question is kept. */
function answerer(answerTo: (params: AskParams) => Partial<AskResult> = () => ({})) {
  const asked: AskParams[] = [];
  const session: Answerer = {
    counter,
    contextTokens: 2000,
    ask: (params) => {
      asked.push(params);
      const empty = { ...cancelledBeforeStart(0), stop: 'end' as const };
      return Promise.resolve({ ...empty, answer: `answer ${asked.length}`, ...answerTo(params) });
    },
  };
  return { session, asked };
}

const question: AskParams = {
  question: 'What is it about?',
  documents: [manualOf(20)],
  conversation: { id: 'c', history: [] },
  sampling: { jsonSchema: '{}', maxTokens: 20 },
};

test('every_part_is_asked_alone_and_the_answers_are_put_together_in_the_conversation', async () => {
  const { session, asked } = answerer();
  const told: AskProgress[] = [];
  const result = await readAll(session, question, never, performance.now(), (progress) => told.push(progress));
  const last = asked.at(-1);
  const parts = asked.slice(0, -1);
  assert.ok(parts.length >= 2);
  for (const part of parts) {
    assert.match(part.question, /^What is it about\?\n\n\(Above is part \d+ of \d+/);
    assert.deepEqual([part.conversation, part.sampling?.jsonSchema, part.readAll], [undefined, undefined, undefined]);
  }
  assert.ok(last);
  assert.deepEqual(last.conversation, question.conversation);
  assert.equal(last.sampling?.jsonSchema, '{}');
  const [answers] = last.documents ?? [];
  for (let index = 1; index <= parts.length; index += 1)
    assert.ok(answers && 'text' in answers && answers.text.includes(`answer ${index}`));
  assert.equal(result.answer, `answer ${asked.length}`);
  assert.equal(result.parts?.length, parts.length);
  const plan = await planReadAll(session, question, never);
  assert.deepEqual([plan?.parts, plan?.questions], [parts.length, asked.length], 'as it was told before');
  assert.deepEqual(
    told.flatMap((progress) => (progress.phase === 'part' ? [progress.index] : [])),
    parts.map((_, index) => index),
  );
});

test('what_says_nothing_is_not_put_together', async () => {
  const { session, asked } = answerer(({ question: text }) =>
    text.includes('part 2 of') ? { answer: 'The port is 7443.' } : { answer: 'Nothing.' },
  );
  await readAll(session, question, never, performance.now(), () => undefined);
  const [answers] = asked.at(-1)?.documents ?? [];
  assert.ok(answers && 'text' in answers);
  assert.match(answers.text, /^manual\.pdf, pages? [\d,-]+:\nThe port is 7443\.$/);
});

test('answers_that_do_not_fit_together_are_put_together_in_steps', async () => {
  const long = words(300);
  const { session, asked } = answerer(() => ({ answer: long }));
  const source = { ...question, documents: [manualOf(60)] };
  const result = await readAll(session, source, never, performance.now(), () => undefined);
  const steps = asked.filter(({ question: text }) => text.includes('the answers from the parts'));
  assert.ok(steps.length > 2, `${steps.length} steps`);
  assert.equal(result.answer, long);
});

test('what_fits_is_asked_as_it_is', async () => {
  const { session, asked } = answerer();
  const documents = [{ name: 'a.txt', text: 'Short.' }];
  const result = await readAll(session, { ...question, documents }, never, 0, () => undefined);
  assert.deepEqual([asked.length, asked[0]?.question, result.parts], [1, question.question, undefined]);
});

test('a_cancelled_part_ends_it_all', async () => {
  const { session, asked } = answerer(() => (asked.length === 2 ? { stop: 'cancelled', answer: 'half' } : {}));
  const result = await readAll(session, question, never, performance.now(), () => undefined);
  assert.deepEqual([result.stop, result.answer, result.parts?.length, asked.length], ['cancelled', '', 1, 2]);
});

test('pictures_and_nothing_are_refused', async () => {
  const { session } = answerer();
  for (const wrong of [{ documents: [] }, { images: [{ path: '/a.png' }] }])
    await assert.rejects(
      readAll(session, { ...question, ...wrong }, never, 0, () => undefined),
      failsWith('invalid_argument', /documents to read in parts/),
    );
  assert.throws(() => wantsAll({ readAll: 'yes' }), failsWith('invalid_argument', /true or false/));
});

function numbersOf(pages: string): number[] {
  return pages.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
