import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import { bytesOf, chooseKvRatio, ratioFrom } from '../../../../extension/settings/chooseKvRatio.js';
import { answer, stats, turn } from '../conversation/samples.js';
import { settingsOf } from '../doubles/settings.js';

type Item = vscode.QuickPickItem & { readonly ratio?: number | null };

/** Chooses what `pick` says. @returns the items, what was written, and what the panel's choice became */
async function chosen(t: TestContext, pick: (items: readonly Item[]) => Item | undefined, typed?: string) {
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = { ...window };
  // What the hook gives back is awaited, and the double of the window looks like a promise that never settles.
  t.after(() => {
    Object.assign(window, before);
  });
  let shown: readonly Item[] = [];
  window['showQuickPick'] = (items: readonly Item[]) => {
    shown = items;
    return Promise.resolve(pick(items));
  };
  window['showInputBox'] = () => Promise.resolve(typed);
  const written: unknown[] = [];
  const ratios: unknown[] = [];
  await chooseKvRatio({
    settings: {
      current: settingsOf().current,
      write: (values) => {
        written.push(values);
        return Promise.resolve();
      },
    },
    conversations: { open: { turns: [turn()] } },
    asking: { ratio: 0.35, setRatio: (ratio) => ratios.push(ratio) },
  });
  return { shown, written, ratios };
}

test('every_ratio_says_what_it_would_cost_the_open_conversation', async (t) => {
  const { shown } = await chosen(t, () => undefined);
  // 1,000 tokens read and 12 answered, of 10,240 bytes each.
  const costs = shown.map(({ description }) => /([\d.]+) MB/.exec(description ?? '')?.[1]);
  assert.deepEqual(costs, [undefined, '10', '5.1', '3.0', '2.0', '1.0', '0.5', undefined]);
});

test('what_is_chosen_is_written_and_takes_the_place_of_the_panels_choice', async (t) => {
  const number = await chosen(t, (items) => items.find(({ ratio }) => ratio === 0.2));
  assert.deepEqual([number.written, number.ratios], [[{ 'lookOnce.kv.ratio': 0.2 }], [null]]);
  const auto = await chosen(t, (items) => items[0]);
  assert.deepEqual(auto.written, [{ 'lookOnce.kv.ratio': undefined }]);
  const typed = await chosen(t, (items) => items.at(-1), '0,37');
  assert.deepEqual(typed.written, [{ 'lookOnce.kv.ratio': 0.37 }]);
  const cancelled = await chosen(t, (items) => items.at(-1));
  assert.deepEqual([cancelled.written, cancelled.ratios], [[], []]);
});

test('a_conversation_without_a_measured_cache_has_no_cost', () => {
  assert.equal(bytesOf({ turns: [] }), undefined);
  const unknown = { ...stats, kv: { ...stats.kv, bytesBefore: 0 } };
  assert.equal(bytesOf({ turns: [turn({ answers: [answer({ result: unknown })] })] }), undefined);
});

test('a_ratio_may_be_typed_with_a_comma_and_not_beyond_its_bounds', () => {
  assert.deepEqual(['0.2', ' 0,5 ', '1', '0', '', 'all', '1.1', '0.001'].map(ratioFrom), [
    0.2,
    0.5,
    1,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
