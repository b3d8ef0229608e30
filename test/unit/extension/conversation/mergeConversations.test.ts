import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldTokens } from '../../../../extension/conversation/conversation.js';
import { Conversations } from '../../../../extension/conversation/conversations.js';
import { mergedTurns } from '../../../../extension/conversation/mergeConversations.js';
import { Notices } from '../../../../extension/notices.js';
import { scratchFolder } from '../../../scratch.js';
import { mementoDouble } from '../doubles/memento.js';
import { recordedLog } from '../doubles/log.js';
import { answer, stats, turn } from './samples.js';

const turns = (...ids: string[]) => ({ turns: ids.map((id) => turn({ id })) });
const ids = (merged: readonly { readonly id: string }[]) => merged.map(({ id }) => id).join(' ');
const changes = (asked: string[], dropped: string[] = []) => ({ asked: new Set(asked), dropped: new Set(dropped) });

test('what_was_asked_in_either_window_is_there', () => {
  assert.equal(ids(mergedTurns(turns('a', 'mine'), turns('a', 'theirs'), changes(['mine']))), 'a mine theirs');
  assert.equal(ids(mergedTurns(turns('mine'), turns('theirs'), changes(['mine']))), 'theirs mine');
});

test('what_the_other_window_took_out_is_gone_and_what_this_one_did_stays_out', () => {
  assert.equal(ids(mergedTurns(turns('a', 'b'), turns('a'), changes([]))), 'a');
  assert.equal(ids(mergedTurns(turns('a'), turns('a', 'b'), changes([], ['b']))), 'a');
});

test('an_answer_that_is_on_its_way_keeps_its_place', () => {
  const ours = turns('a', 'mine');
  const [, mine] = ours.turns;
  assert.equal(mergedTurns(ours, turns('a', 'mine'), changes(['mine']))[1], mine);
});

/** Two windows on one folder. */
function windows(t: TestContext): [Conversations, Conversations] {
  const folder = scratchFolder(t);
  const memento = mementoDouble();
  const open = () => {
    const one = new Conversations({ folder, memento, notices: new Notices(), log: recordedLog().channel });
    t.after(() => {
      one.dispose();
    });
    return one;
  };
  return [open(), open()];
}

async function until(is: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200 && !is(); attempt += 1) await sleep(25);
  assert.ok(is(), what);
}

test('two_windows_on_one_folder_see_one_history', async (t) => {
  const [one, other] = windows(t);
  await Promise.all([one.ready(), other.ready()]);
  one.addTurn(one.open, turn({ id: 't1' }));
  await until(() => other.summaries.length === 1, 'the other window lists it');
  other.openSaved(one.open.id);
  other.addTurn(other.open, turn({ id: 't2' }));
  await until(() => one.open.turns.length === 2, 'the turn of the other window arrives');
  one.addTurn(one.open, turn({ id: 't3' }));
  await until(() => other.open.turns.length === 3, 'and back');
  assert.deepEqual([ids(one.open.turns), ids(other.open.turns)], ['t1 t2 t3', 't1 t2 t3']);
});

test('turns_of_both_windows_at_once_are_both_kept', async (t) => {
  const [one, other] = windows(t);
  await Promise.all([one.ready(), other.ready()]);
  one.addTurn(one.open, turn({ id: 't1' }));
  await until(() => other.summaries.length === 1, 'the other window lists it');
  other.openSaved(one.open.id);
  one.addTurn(one.open, turn({ id: 'mine' }));
  other.addTurn(other.open, turn({ id: 'theirs' }));
  await until(() => one.open.turns.length === 3 && other.open.turns.length === 3, 'three turns in both');
});

test('renaming_moves_nothing', async (t) => {
  const [one] = windows(t);
  await one.ready();
  one.addTurn(one.open, turn({ id: 't1' }));
  const { changed } = one.open;
  await sleep(5);
  one.rename(one.open.id, 'Another name');
  assert.deepEqual([one.open.title, one.open.changed], ['Another name', changed]);
  await one.flush();
});

test('a_conversation_holds_what_its_turns_brought_and_what_was_answered', () => {
  const prompt = { ...stats.prompt, tokens: 100 };
  const one = turn({ answers: [answer({ result: { ...stats, prompt, tokens: 10 } })] });
  assert.equal(heldTokens({ turns: [one, one] }), 220);
  const again = turn({ answers: [answer({ result: { ...stats, prompt, tokens: 10, reread: true } })] });
  assert.equal(heldTokens({ turns: [one, one, again] }), 110, 'all that came before was read with it');
  assert.equal(heldTokens({ turns: [one, turn({ answers: [answer({ status: 'failed', text: '' })] })] }), 110);
});
