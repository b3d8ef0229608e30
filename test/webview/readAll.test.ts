/** Reading all of a long document in parts: what it costs is said before it is begun. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AskProgress } from '../../backend-native/protocol/ask.js';
import type { PanelRequests } from '../../webview/protocol/messages.js';
import type { AttachmentView } from '../../webview/protocol/state.js';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, panelState, pdf, stats, turn } from './samplePanel.js';

after(closeBrowser);

const report = {
  name: 'handbook.pdf',
  format: 'pdf',
  unit: 'page',
  pages: 500,
  pagesAsText: '17',
  pagesAsImages: '',
  picturesRead: 0,
  characters: 900_000,
  charactersRead: 1800,
  tokens: 450,
  complete: false,
  notes: [{ kind: 'pagesChosen', chosen: [17], of: 500, why: 'question', unit: 'page' }],
  note: 'Page 17 of 500, chosen for your question.',
} as const;

const stateWith = (documents: readonly (typeof report)[]) =>
  panelState({
    conversation: {
      id: 'c',
      title: 'Handbook',
      turns: [turn('t1', { answers: [answer({ result: stats({ images: [], documents }) })] })],
    },
  });

const cost: NonNullable<PanelRequests['readAllCost']['result']> = { parts: 61, tokens: 240_000, seconds: 1490 };

test('the_cost_is_said_before_all_is_read', { skip }, async () => {
  const panel = await PanelPage.open({ state: stateWith([report]), answers: { readAllCost: () => cost } });
  await panel.page.getByRole('button', { name: 'Read all in parts…' }).click();
  await panel.page.getByText(/61 parts with 240,000 tokens/).waitFor();
  assert.match((await panel.page.locator('.read-all').textContent()) ?? '', /It takes about 24\smin\s50\ss/);
  assert.deepEqual(panel.sent('readAll'), [], 'nothing is asked before the user agrees');
  await panel.picture('read-all');
  await panel.page.getByRole('button', { name: 'Read All', exact: true }).click();
  assert.deepEqual(await panel.asked('readAll'), [{ turnId: 't1' }]);
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('it_is_offered_only_where_something_was_left_out_for_its_length', { skip }, async () => {
  const panel = await PanelPage.open({ state: stateWith([]) });
  assert.equal(await panel.page.getByRole('button', { name: 'Read all in parts…' }).count(), 0);
  await panel.close();
});

function readingState(attachment: AttachmentView) {
  return panelState({
    conversation: {
      id: 'c',
      title: 'Handbook',
      turns: [turn('t1', { attachments: [attachment], answers: [answer({ status: 'running', text: '' })] })],
    },
  });
}

type Prefill = Extract<AskProgress, { phase: 'prefill' }>;

async function sendReading(panel: PanelPage, progress: Omit<Prefill, 'phase'>): Promise<void> {
  await panel.send({
    type: 'running',
    running: {
      conversationId: 'c',
      turnId: 't1',
      answerIndex: 0,
      progress: { phase: 'prefill', ...progress },
      text: '',
      reasoning: '',
      elapsedMs: 6000,
      tokensPerSecond: 0,
    },
  });
}

test('less_is_offered_while_a_document_takes_long_to_read', { skip }, async () => {
  const panel = await PanelPage.open({ state: readingState(pdf('handbook')) });
  await sendReading(panel, { done: 2000, total: 20_000, secondsLeft: 15 });
  await panel.page.getByText(/about 15/).waitFor();
  const less = panel.page.getByRole('button', { name: 'Read Less' });
  assert.equal(await less.count(), 0);
  await sendReading(panel, { done: 2000, total: 20_000, secondsLeft: 60 });
  await panel.page.getByText(/The 3,000 tokens that fit the question best take about 10/).waitFor();
  await panel.picture('read-less');
  await less.click();
  assert.deepEqual(await panel.asked('readLess'), [{ turnId: 't1', tokens: 3000 }]);
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('large_images_are_offered_as_a_whole_while_their_pieces_take_long_to_read', { skip }, async () => {
  const panel = await PanelPage.open({ state: readingState(image('dashboard')) });
  await sendReading(panel, { done: 300, total: 4000, secondsLeft: 90, pieces: 6 });
  await panel.page.getByText(/read in 6 pieces/).waitFor();
  await panel.picture('read-less-images');
  await panel.page.getByRole('button', { name: 'Read Less' }).click();
  assert.deepEqual(await panel.asked('shrinkImages'), [{ turnId: 't1' }]);
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});
