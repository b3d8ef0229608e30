import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, panelState, pdf, stats, turn } from './samplePanel.js';

after(closeBrowser);

const one = (...turns: ReturnType<typeof turn>[]) =>
  panelState({ conversation: { id: 'c1', title: 'Sign-in', turns } });

const shrunk = {
  kind: 'shrunk' as const,
  severity: 'info' as const,
  text: '5 pictures were read smaller than they are',
  details: ['a.png: 1920 × 1080 pixels, read at 1280 × 720'],
};
const doubtful = {
  kind: 'standIn' as const,
  severity: 'warning' as const,
  text: 'Do not rely on this answer.',
  details: ['It reads small, clean screenshots.'],
  action: 'chooseModel' as const,
};

test('a_failure_keeps_what_had_arrived_and_offers_ways_on', { skip }, async () => {
  const error = {
    code: 'out_of_memory',
    message: 'The cache does not fit.',
    nextStep: 'Use a smaller ratio.',
  } as const;
  const panel = await PanelPage.open({
    state: one(turn('t1', { answers: [answer({ status: 'failed', text: 'The dialog', error })] })),
  });
  for (const text of ['The dialog', 'The cache does not fit.', 'Use a smaller ratio.'])
    await panel.page.getByText(text, { exact: true }).waitFor();
  assert.equal(await panel.page.getByText('out_of_memory').count(), 0, 'a code is not for people');
  await panel.page.getByRole('button', { name: 'Halve the KV ratio' }).click();
  assert.deepEqual(await panel.asked('runAction'), [{ action: 'halveRatio' }]);
  await panel.page.getByRole('button', { name: 'Ask again', exact: true }).click();
  assert.deepEqual(await panel.asked('regenerate'), [{ turnId: 't1' }]);
  await panel.close();
});

test('a_document_read_in_part_offers_its_page_range', { skip }, async () => {
  const report = {
    name: 'plan.pdf',
    format: 'pdf',
    unit: 'page',
    picturesRead: 0,
    notes: [],
    pages: 48,
    pagesAsText: '1-3',
    pagesAsImages: '',
    characters: 9,
    charactersRead: 5,
    tokens: 2,
    complete: false,
    note: 'Pages 1 to 3 were read.',
  } as const;
  const partly = {
    kind: 'document',
    severity: 'warning',
    text: 'plan.pdf was read in part: 5 of 9 characters.',
    details: ['Pages 1 to 3 were read.'],
    document: 0,
  } as const;
  const panel = await PanelPage.open({
    state: one(
      turn('t1', {
        attachments: [image('login'), pdf('plan')],
        answers: [answer({ notes: [partly], result: stats({ documents: [report] }) })],
      }),
    ),
  });
  await panel.page.getByText('plan.pdf was read in part').click();
  await panel.page.getByRole('button', { name: 'Choose what is read…' }).click();
  await panel.page.getByRole('textbox', { name: 'Pages of' }).fill('4-6');
  await panel.page.getByRole('button', { name: 'Read these and ask again' }).click();
  assert.deepEqual(await panel.asked('setAttachmentPages'), [{ id: 'plan', pages: '4-6', readAs: 'auto' }]);
  assert.deepEqual(await panel.asked('regenerate'), [{ turnId: 't1' }]);
  await panel.close();
});

test('notes_are_one_line_until_they_are_opened', { skip }, async () => {
  const panel = await PanelPage.open({ state: one(turn('t1', { answers: [answer({ notes: [shrunk, doubtful] })] })) });
  const line = panel.page.getByRole('button', { name: 'Do not rely on this answer. 1 more note' });
  await line.waitFor();
  assert.equal(await panel.page.getByText('5 pictures').count(), 0);
  await line.click();
  await panel.page.getByText('5 pictures were read smaller than they are').waitFor();
  await panel.page.getByText('a.png: 1920 × 1080 pixels, read at 1280 × 720').waitFor();
  await panel.page.getByRole('button', { name: 'Choose Model…' }).first().click();
  assert.deepEqual(await panel.asked('runAction'), [{ action: 'chooseModel' }]);
  await panel.close();
});

test('what_both_answers_of_a_comparison_should_say_is_said_once', { skip }, async () => {
  const cache = { kind: 'cache' as const, severity: 'info' as const, text: 'The cache was kept whole.', details: [] };
  const panel = await PanelPage.open({
    state: one(
      turn('t1', {
        answers: [answer({ ratio: 1, notes: [shrunk, doubtful] }), answer({ notes: [shrunk, doubtful, cache] })],
      }),
    ),
  });
  await panel.page.getByText('The cache was kept whole.').waitFor();
  assert.equal(await panel.page.getByText('Do not rely on this answer.').count(), 1);
  await panel.close();
});

test('an_answer_that_was_stopped_or_crashed_says_that_and_no_more', { skip }, async () => {
  const error = {
    code: 'backend_crashed',
    message: 'The backend process ended by SIGSEGV',
    nextStep: 'Ask again.',
  } as const;
  for (const ended of [
    answer({ status: 'stopped', text: 'It', notes: [doubtful], result: stats() }),
    answer({ status: 'failed', text: 'It', notes: [doubtful], result: stats(), error }),
  ]) {
    const panel = await PanelPage.open({ state: one(turn('t1', { answers: [ended] })) });
    await panel.page.getByText(ended.status === 'stopped' ? /^Stopped/ : /^It failed here/).waitFor();
    assert.equal(await panel.page.locator('.gauge-line, .notes-line').count(), 0);
    await panel.close();
  }
});

test('the_first_button_of_a_failure_is_what_can_help', { skip }, async () => {
  const buttons = async (code: 'projector_missing' | 'backend_hung') => {
    const error = { code, message: 'It went wrong.', nextStep: '' };
    const panel = await PanelPage.open({ state: one(turn('t1', { answers: [answer({ status: 'failed', error })] })) });
    const labels = await panel.page.locator('.message-buttons vscode-button').allTextContents();
    await panel.close();
    return labels.map((label) => label.trim());
  };
  assert.deepEqual(await buttons('projector_missing'), ['Choose Model…', 'Show Log', 'Ask again']);
  assert.equal((await buttons('backend_hung'))[0], 'Ask again');
});
