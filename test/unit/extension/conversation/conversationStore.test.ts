import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { conversationFromJson, conversationToJson } from '../../../../extension/conversation/conversationJson.js';
import { ConversationStore } from '../../../../extension/conversation/conversationStore.js';
import { imageFile } from '../attachments/sampleAttachments.js';
import { scratchFolder, writeFile } from '../../../scratch.js';
import { answer, conversation, stats, turn } from './samples.js';

test('what_was_written_is_read_again', async (t) => {
  const store = new ConversationStore(path.join(scratchFolder(t), 'new', 'folder'));
  const saved = conversation({
    turns: [turn({ attachments: [imageFile('/a.png')], answers: [answer({ ratio: 1 }), answer({ ratio: 'auto' })] })],
  });
  await store.write(saved);
  assert.deepEqual(await store.readAll(), { conversations: [saved], damaged: [] });
});

test('a_folder_that_is_not_there_holds_no_conversations', async (t) => {
  const store = new ConversationStore(path.join(scratchFolder(t), 'nowhere'));
  assert.deepEqual(await store.readAll(), { conversations: [], damaged: [] });
});

test('a_damaged_file_is_kept_aside_and_the_others_are_read', async (t) => {
  const folder = scratchFolder(t);
  const store = new ConversationStore(folder);
  await store.write(conversation());
  const broken = {
    'half.json': '{"version":1,"id":"half","ti',
    'list.json': '[]',
    'old.json': '{"version":0}',
    'name.json': JSON.stringify({ version: 1, ...conversation({ id: 'other' }) }),
  };
  for (const [name, content] of Object.entries(broken)) writeFile(folder, name, content);
  const { conversations, damaged } = await store.readAll();
  assert.deepEqual(
    conversations.map(({ id }) => id),
    ['c1'],
  );
  assert.deepEqual(
    damaged.map(({ file }) => path.basename(file)).sort(),
    Object.keys(broken)
      .map((name) => `${name}.damaged`)
      .sort(),
  );
  for (const [name, content] of Object.entries(broken))
    assert.equal(fs.readFileSync(path.join(folder, `${name}.damaged`), 'utf8'), content);
  assert.deepEqual((await store.readAll()).damaged, []);
});

test('an_answer_that_was_running_is_one_that_was_stopped', async (t) => {
  const store = new ConversationStore(scratchFolder(t));
  await store.write(
    conversation({
      turns: [
        turn({ answers: [answer({ status: 'running', text: 'It i' }), answer({ status: 'waiting', text: '' })] }),
      ],
    }),
  );
  const {
    conversations: [read],
  } = await store.readAll();
  assert.deepEqual(
    read?.turns[0]?.answers.map(({ status, text }) => [status, text]),
    [
      ['stopped', 'It i'],
      ['stopped', ''],
    ],
  );
});

test('writes_of_one_conversation_come_in_their_order_and_leave_no_other_files', async (t) => {
  const folder = scratchFolder(t);
  const store = new ConversationStore(folder);
  await Promise.all(Array.from({ length: 20 }, (_, index) => store.write(conversation({ title: `T${index}` }))));
  assert.equal((await store.readAll()).conversations[0]?.title, 'T19');
  assert.deepEqual(fs.readdirSync(folder), ['c1.json']);
});

test('a_write_that_fails_keeps_the_file_before_and_does_not_stop_the_next', async (t) => {
  const folder = scratchFolder(t);
  const store = new ConversationStore(folder);
  await store.write(conversation({ title: 'before' }));
  const cyclic = conversation({ title: 'cyclic' });
  (cyclic as unknown as Record<string, unknown>)['self'] = cyclic;
  await assert.rejects(store.write(cyclic), TypeError);
  assert.equal((await store.readAll()).conversations[0]?.title, 'before');
  await store.write(conversation({ title: 'after' }));
  assert.equal((await store.readAll()).conversations[0]?.title, 'after');
});

test('an_answer_of_the_time_before_auto_had_the_ratio_that_was_asked_for', () => {
  const json = conversationToJson(conversation()).replace('"ratioChoice":"asked",', '');
  assert.equal(json.includes('ratioChoice'), false);
  assert.deepEqual(conversationFromJson(json), conversation());
});

test('an_answer_of_the_time_before_the_cache_on_disk_had_nothing_from_there', () => {
  const now = conversation({
    turns: [
      turn({
        answers: [
          answer({
            result: {
              ...stats,
              images: [
                { name: 'a.png', width: 1, height: 1, readWidth: 1, readHeight: 1, tokens: 1, fromCache: false },
              ],
            },
          }),
        ],
      }),
    ],
  });
  const added = /"(?:restoredTokens|restore|cellsPeak|bytesPeak|heldBytes|reading|fromCache)":(?:\d+|"whole"|false),?/g;
  const before = conversationToJson(now).replace(added, '').replaceAll(',}', '}');
  assert.equal(conversationToJson(now).match(added)?.length, 7);
  assert.equal(before.includes('Peak'), false);
  assert.deepEqual(conversationFromJson(before), now);
});

test('deleting_takes_the_maps_along', async (t) => {
  const folder = scratchFolder(t);
  const store = new ConversationStore(folder);
  await store.write(conversation());
  await store.writeMap('c1', 't1-0', '{"map":1}');
  assert.equal(await store.readMap('c1', 't1-0'), '{"map":1}');
  await store.delete('c1');
  assert.equal(await store.readMap('c1', 't1-0'), undefined);
  assert.deepEqual(await store.readAll(), { conversations: [], damaged: [] });
  assert.deepEqual(fs.readdirSync(path.join(folder, 'maps')), []);
});

test('no_id_leads_out_of_the_folder', async (t) => {
  const store = new ConversationStore(scratchFolder(t));
  for (const id of ['../evil', '..', 'a/b', '', 'a\0b']) {
    await assert.rejects(store.write(conversation({ id })), /id/);
    await assert.rejects(store.readMap('c1', id), /id/);
  }
});
