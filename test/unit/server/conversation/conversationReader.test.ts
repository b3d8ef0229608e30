import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultDocumentLimits } from '../../../../backend-native/protocol/ask.js';
import {
  ConversationReader,
  type ContextUse,
} from '../../../../backend-native/server/conversation/conversationReader.js';
import { failsWith } from '../../../failsWith.js';
import { pdf } from '../../../fixtures/documents/pdf.js';
import { png, solid } from '../../../fixtures/images.js';

const image = (name: string) => ({ name, base64: png(solid(4, 2, [9, 9, 9])).toString('base64') });
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `w${index}${index % 20 === 19 ? '.\n\n' : ''}`).join(' ');

/** Every word is a token and every image a hundred. */
function reader(context: ContextUse | null, signal = new AbortController().signal) {
  let counted = 0;
  const counter = {
    countTokens: (text: string) => {
      counted += 1;
      return text.split(/\s+/).filter((word) => word !== '').length;
    },
    countImageTokens: () => 100,
  };
  const readSize = () => Promise.resolve({ readWidth: 64, readHeight: 64 });
  const read = new ConversationReader(
    {
      counter,
      readSize,
      limits: defaultDocumentLimits,
      imageText: { setting: 'off', embedded: false, reader: { read: () => Promise.resolve({ status: 'cancelled' }) } },
      largeImages: 'shrink',
      hashImages: false,
      signal,
      onProgress: () => undefined,
    },
    context,
    { count: 0, sliced: false, partly: [] },
  );
  return { read, counted: () => counted };
}

test('a_document_gets_what_the_rest_of_the_conversation_leaves_of_the_context', async () => {
  const document = { name: 'long.txt', text: words(3000) };
  const charactersRead = async (used: number, before?: string) => {
    const { read } = reader({ limit: 2000, used, answerTokens: 200 });
    if (before !== undefined) {
      await read.read({ question: before, images: [image('a')] });
      read.addText('an answer');
    }
    const { reports } = await read.read({ question: 'What?', documents: [document] });
    const report = reports[0] ?? assert.fail('there is no report');
    assert.equal(report.complete, false);
    return report.charactersRead;
  };
  const alone = await charactersRead(0);
  assert.ok(alone > 5000);
  assert.ok((await charactersRead(1000)) < alone * 0.6);
  assert.ok((await charactersRead(0, words(800))) < alone * 0.6, 'turns that are read again count too');
});

test('the_answer_takes_no_more_than_a_part_of_the_context_from_a_document', async () => {
  const document = { name: 'long.txt', text: words(3000) };
  const charactersRead = async (answerTokens: number) => {
    const { read } = reader({ limit: 2000, used: 0, answerTokens });
    const { reports } = await read.read({ question: 'What?', documents: [document] });
    return reports[0]?.charactersRead ?? 0;
  };
  assert.equal(await charactersRead(500), await charactersRead(100_000));
  assert.ok((await charactersRead(50)) > (await charactersRead(500)));
});

test('a_document_that_finds_no_room_at_all_is_told', async () => {
  const { read } = reader({ limit: 2000, used: 1990, answerTokens: 200 });
  await assert.rejects(
    read.read({ question: 'What?', documents: [{ name: 'long.txt', text: words(3000) }] }),
    failsWith('context_overflow'),
  );
});

test('without_documents_nothing_is_counted', async () => {
  const { read, counted } = reader(null);
  read.addText('a system prompt');
  const { content, pages } = await read.read({ question: 'What?', images: [image('a'), image('b')] });
  assert.deepEqual(
    content.images.map(({ name, width, height }) => [name, width, height]),
    [
      ['a', 4, 2],
      ['b', 4, 2],
    ],
  );
  assert.deepEqual(pages, [undefined, undefined]);
  assert.equal(counted(), 0);
});

test('what_is_aborted_is_not_read', async () => {
  const { read } = reader({ limit: 2000, used: 0, answerTokens: 10 }, AbortSignal.abort());
  const { content, reports } = await read.read({
    question: 'What?',
    images: [image('a')],
    documents: [{ name: 'd', text: 'words' }],
  });
  assert.deepEqual([content.images, content.documents, reports], [[], [], []]);
});

const chapters = [
  'The harbour opens at six. Ships wait outside until the gate is lifted.',
  'The crane lifts forty tons. Its cable is changed every second year.',
  'Bilge pumps start when the water reaches 92 cm.',
];

/** Chapters with much around them, so that not all fit. */
function book(): string {
  const filler = (i: number) => `Chapter ${i} goes on about nothing that anybody asks for. ${words(1800)}`;
  return chapters.map((chapter, i) => `# Part ${i + 1}\n\n${chapter}\n\n${filler(i)}`).join('\n\n');
}

const asked = (question: string) => ({ question });
const whatItSays = ({ content }: { content: { documents: readonly { text: string }[] } }) =>
  content.documents.map(({ text }) => text).join('\n');

test('a_follow_up_about_a_part_that_was_not_read_reads_it', async () => {
  const { read } = reader({ limit: 4000, used: 0, answerTokens: 100 });
  const document = { name: 'harbour.md', text: book() };
  const first = await read.read({ question: 'When does the harbour open?', documents: [document] });
  assert.match(whatItSays(first), /opens at six/);
  assert.doesNotMatch(whatItSays(first), /92 cm|forty tons/);

  const same = await read.read(asked('Where do ships wait for the harbour?'), ['When does the harbour open?']);
  assert.deepEqual([whatItSays(same), same.reports], ['', []], 'what was read is not read again');

  const second = await read.read(asked('When do the bilge pumps start?'), []);
  assert.match(whatItSays(second), /92 cm/);
  assert.doesNotMatch(whatItSays(second), /opens at six/);
  const [report] = second.reports;
  assert.equal(report?.name, 'harbour.md');
  assert.equal(report.ofEarlierTurn, true);
  assert.equal(report.complete, false);
  assert.ok(report.charactersRead > (first.reports[0]?.charactersRead ?? Infinity), 'of both questions together');

  const again = await read.read(asked('At which level do the pumps start?'), []);
  assert.equal(whatItSays(again), '', 'the conversation has it now');
  const third = await read.read(asked('And how much does the crane lift?'), []);
  assert.match(whatItSays(third), /forty tons/);
});

test('a_follow_up_that_asks_nothing_reads_no_pages', async () => {
  const { read } = reader({ limit: 4000, used: 0, answerTokens: 100 });
  // Its words are those of replies too: they alone would find these pages.
  const pages = [...chapters, 'Thanks to the crew it works great.', 'OK is stamped on what is fine, as you see.'];
  const text = pages.map((page, i) => `# Part ${i + 1}\n\n${page}\n\n${words(1800)}`).join('\n\n');
  const first = 'When does the harbour open?';
  await read.read({ question: first, documents: [{ name: 'harbour.md', text }] });
  const replies = ['Thanks!', 'ok', 'Great, that works.', 'Got it, thank you very much', 'Super, danke!', 'Yes', '👍'];
  for (const reply of replies) {
    const { reports, content } = await read.read(asked(reply), [first]);
    assert.deepEqual([reports, content.documents], [[], []], reply);
  }
  const works = await read.read(asked('How great does it work, thanks to whom?'), [first]);
  assert.match(whatItSays(works), /Thanks to the crew/, 'a question in such words is one');
  const leaning = await read.read(asked('And it opens when?'), ['How much does the crane lift?', 'Thanks!']);
  assert.match(whatItSays(leaning), /forty tons/, 'a reply is not what a short question leans on');
});

test('a_follow_up_that_names_a_page_reads_that_after_one_that_asked_nothing', async () => {
  const { read } = reader({ limit: 2000, used: 0, answerTokens: 100 });
  const numbered = Array.from({ length: 40 }, (_, i) => ({
    lines: [`Page of the number ${i + 1}.`, ...Array<string>(9).fill(words(20))],
  }));
  const base64 = pdf(numbered).toString('base64');
  const question = 'What is said on page 3?';
  const first = await read.read({ question, documents: [{ name: 'a.pdf', base64 }] });
  assert.match(whatItSays(first), /number 3\./);
  assert.doesNotMatch(whatItSays(first), /number 12\./);
  assert.deepEqual((await read.read(asked('OK, great!'), [question])).reports, []);
  const second = await read.read(asked('and page 12?'), [question, 'OK, great!']);
  assert.match(whatItSays(second), /number 12\./);
});

test('a_short_follow_up_looks_for_what_the_question_before_it_was_about', async () => {
  const { read } = reader({ limit: 4000, used: 0, answerTokens: 100 });
  await read.read({ question: 'When does the harbour open?', documents: [{ name: 'h.md', text: book() }] });
  const leaning = await read.read(asked('And its cable?'), ['How much does the crane lift?']);
  assert.match(whatItSays(leaning), /every second year/);
});

test('what_was_read_of_a_file_is_not_read_again_because_the_file_was_attached_twice', async () => {
  const { read } = reader({ limit: 5000, used: 0, answerTokens: 100 });
  const document = { name: 'h.md', text: book() };
  await read.read({ question: 'When does the harbour open?', documents: [document] });
  const second = await read.read({ question: 'How much does the crane lift?', documents: [document] });
  assert.match(whatItSays(second), /forty tons/);
  assert.equal(whatItSays(await read.read(asked('How often is the cable of the crane changed?'))), '');
});

test('nothing_more_is_read_of_what_was_read_whole_or_chosen_by_the_user_or_beside_new_attachments', async () => {
  const fits = reader({ limit: 40_000, used: 0, answerTokens: 100 }).read;
  await fits.read({ question: 'When does the harbour open?', documents: [{ name: 'h.md', text: book() }] });
  assert.equal(whatItSays(await fits.read(asked('When do the bilge pumps start?'))), '');

  const { read } = reader({ limit: 4000, used: 0, answerTokens: 100 });
  await read.read({ question: 'When does the harbour open?', documents: [{ name: 'h.md', text: book() }] });
  const other = { name: 'note.txt', text: 'The bilge pumps are new.' };
  const beside = await read.read({ question: 'When do the bilge pumps start?', documents: [other] });
  assert.deepEqual(
    beside.reports.map(({ name }) => name),
    ['note.txt'],
  );
});
