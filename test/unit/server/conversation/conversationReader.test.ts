import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultDocumentLimits } from '../../../../backend-native/protocol/ask.js';
import {
  ConversationReader,
  type ContextUse,
} from '../../../../backend-native/server/conversation/conversationReader.js';
import { failsWith } from '../../../failsWith.js';
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
    { count: 0, sliced: false },
  );
  return { read, counted: () => counted };
}

test('a_document_gets_what_the_rest_of_the_conversation_leaves_of_the_context', async () => {
  const document = { name: 'long.txt', text: words(3000) };
  const charactersRead = async (used: number, before?: string) => {
    const { read } = reader({ limit: 2000, used, answerTokens: 200 });
    if (before !== undefined) {
      await read.read({ question: before, images: [image('a')] });
      await read.addText('an answer');
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
  await read.addText('a system prompt');
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
