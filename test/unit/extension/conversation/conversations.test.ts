import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { Conversations } from '../../../../extension/conversation/conversations.js';
import { matches, titleFor } from '../../../../extension/conversation/conversation.js';
import { conversationMarkdown } from '../../../../extension/conversation/conversationMarkdown.js';
import { Notices } from '../../../../extension/notices.js';
import { failsWith } from '../../../failsWith.js';
import { scratchFolder } from '../../../scratch.js';
import { imageFile, documentFile } from '../attachments/sampleAttachments.js';
import { mementoDouble } from '../doubles/memento.js';
import { recordedLog } from '../doubles/log.js';
import { answer, conversation, stats, turn } from './samples.js';

function workspace(t: TestContext) {
  const options = {
    folder: scratchFolder(t),
    memento: mementoDouble(),
    notices: new Notices(),
    log: recordedLog().channel,
  };
  return { ...options, open: () => new Conversations(options) };
}

async function reopened(space: ReturnType<typeof workspace>, before: Conversations): Promise<Conversations> {
  await before.flush();
  const after = space.open();
  await after.ready();
  return after;
}

test('a_conversation_appears_with_its_first_turn_and_is_open_again_after_a_reload', async (t) => {
  const space = workspace(t);
  const conversations = space.open();
  await conversations.ready();
  assert.equal(conversations.summaries.length, 0);
  conversations.addTurn(conversations.open, turn());
  assert.equal(conversations.summaries[0]?.title, 'What is the error code?');
  const after = await reopened(space, conversations);
  assert.equal(after.open.id, conversations.open.id);
  assert.deepEqual(after.open.turns, conversations.open.turns);
});

test('a_new_conversation_stays_new_after_a_reload', async (t) => {
  const space = workspace(t);
  const conversations = space.open();
  await conversations.ready();
  conversations.addTurn(conversations.open, turn());
  conversations.openNew();
  const after = await reopened(space, conversations);
  assert.deepEqual(after.open.turns, []);
  assert.equal(after.summaries.length, 1);
});

test('a_renamed_conversation_keeps_its_name_and_an_empty_name_changes_nothing', async (t) => {
  const space = workspace(t);
  const conversations = space.open();
  await conversations.ready();
  conversations.addTurn(conversations.open, turn());
  conversations.rename(conversations.open.id, ' Release notes ');
  conversations.rename(conversations.open.id, '  ');
  conversations.addTurn(conversations.open, turn({ id: 't2', question: 'And then?' }));
  assert.equal((await reopened(space, conversations)).open.title, 'Release notes');
});

test('a_deleted_conversation_is_gone_and_stays_gone_when_its_answer_ends', async (t) => {
  const space = workspace(t);
  const conversations = space.open();
  await conversations.ready();
  const { open } = conversations;
  const only = turn();
  conversations.addTurn(open, only);
  await conversations.delete(open.id);
  conversations.setAnswer(open, only, 0, answer({ text: 'late' }));
  await conversations.flush();
  assert.deepEqual(
    fs.readdirSync(space.folder).filter((name) => name.endsWith('.json')),
    [],
  );
  assert.notEqual(conversations.open.id, open.id);
  assert.throws(() => conversations.get(open.id), failsWith('invalid_argument'));
});

test('attachments_are_dropped_when_no_turn_holds_them_any_more', async (t) => {
  const space = workspace(t);
  const conversations = space.open();
  await conversations.ready();
  const dropped: string[] = [];
  conversations.onDidDropAttachments((attachments) => dropped.push(...attachments.map(({ name }) => name)));
  conversations.addTurn(conversations.open, turn({ attachments: [imageFile('/a.png')] }));
  conversations.addTurn(conversations.open, turn({ id: 't2', attachments: [imageFile('/b.png')] }));
  conversations.replaceFrom(conversations.open, 't1', turn({ id: 't3', attachments: [imageFile('/a.png')] }));
  assert.deepEqual(dropped, ['b.png']);
  assert.deepEqual(
    conversations.open.turns.map(({ id }) => id),
    ['t3'],
  );
  await conversations.delete(conversations.open.id);
  assert.deepEqual(dropped, ['b.png', 'a.png']);
});

test('pages_of_a_turn_s_document_can_be_chosen_for_asking_again', async (t) => {
  const space = workspace(t);
  const conversations = space.open();
  await conversations.ready();
  conversations.addTurn(
    conversations.open,
    turn({ attachments: [imageFile('/a.png'), documentFile('/b.pdf', { id: 'b' })] }),
  );
  assert.equal(conversations.setPages('b', '2-3', 'images'), true);
  assert.equal(conversations.setPages('nothing', '1', 'auto'), false);
  const [image, document] = (await reopened(space, conversations)).open.turns[0]?.attachments ?? [];
  assert.deepEqual([image?.pages, document?.pages, document?.readAs], [undefined, '2-3', 'images']);
});

test('a_damaged_conversation_is_told', async (t) => {
  const space = workspace(t);
  fs.writeFileSync(path.join(space.folder, 'x.json'), '{');
  const conversations = space.open();
  await conversations.ready();
  assert.match(space.notices.current[0]?.message ?? '', /x\.json\.damaged/);
});

test('search_finds_all_words_in_titles_questions_and_answers', () => {
  const one = conversation({
    title: 'Release',
    turns: [turn({ question: 'Which Button?', answers: [answer({ text: 'The blue one' })] })],
  });
  for (const text of ['release', 'BUTTON blue', '', 'butt']) assert.ok(matches(one, text), text);
  assert.equal(matches(one, 'blue red'), false);
});

test('a_title_is_the_first_line_cut_between_words', () => {
  assert.equal(titleFor('  What is it?\nand more'), 'What is it?');
  const cut = titleFor('word '.repeat(30));
  assert.ok(cut.length <= 61 && cut.endsWith('word…'), cut);
  assert.equal(titleFor('x'.repeat(100)), `${'x'.repeat(60)}…`);
});

test('the_markdown_has_questions_attachments_answers_and_what_the_cache_kept', () => {
  const attachments = [imageFile('/a_b.png'), documentFile('/spec.pdf', { id: 'd', pages: '1-3' })];
  const text = conversationMarkdown(
    conversation({
      turns: [
        turn({
          question: 'One\ntwo',
          attachments,
          answers: [
            answer({ ratio: 1, text: 'Full' }),
            answer({ notes: [{ kind: 'cut', severity: 'warning', text: 'cut <short>', details: [] }] }),
          ],
        }),
      ],
    }),
  );
  for (const part of [
    '# The error',
    '> One\n> two',
    '- a\\_b.png',
    '- spec.pdf (pages 1-3)',
    '## Answer at a KV ratio of 1\n\nFull',
    '## Answer at a KV ratio of 0.2',
    'cut \\<short\\>',
    '200 of 1000 cells kept (2.0 of 10.0 MB), ratio 0.2, look-m',
    '12 tokens at 34.5 tokens/s',
  ]) {
    assert.ok(text.includes(part), `${part} is not in\n${text}`);
  }
});

test('the_markdown_tells_what_auto_became', () => {
  const auto = answer({ ratio: 'auto', result: { ...stats, kv: { ...stats.kv, ratioChoice: 'auto-by-length' } } });
  const text = conversationMarkdown(conversation({ turns: [turn({ answers: [answer({ ratio: 1 }), auto] })] }));
  assert.ok(text.includes('## Answer at a KV ratio of 0.2 (auto)') && text.includes('ratio 0.2 (auto), look-m'), text);
});
