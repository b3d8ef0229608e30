import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, kv, panelState, turn } from './samplePanel.js';

after(closeBrowser);

const running = answer({ status: 'running', text: '' });

test('enter_asks_and_shift_enter_adds_a_line', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  await question.focus();
  await panel.page.keyboard.type('One');
  await panel.page.keyboard.press('Shift+Enter');
  await panel.page.keyboard.type('Two');
  await panel.page.keyboard.press('Enter');
  assert.deepEqual(await panel.asked('ask'), [{ question: 'One\nTwo', compare: false }]);
  assert.equal(await question.inputValue(), '');
  await panel.page.keyboard.press('Enter');
  await panel.page.waitForTimeout(100);
  assert.equal(panel.sent('ask').length, 1, 'an empty question is not asked');
  await panel.close();
});

test('a_question_that_was_refused_comes_back_with_the_reason', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState(),
    answers: {
      ask: () => {
        throw Object.assign(new Error('Too many wait.'), { code: 'busy', nextStep: 'Wait for an answer.' });
      },
    },
  });
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  await question.fill('Why?');
  await question.press('Enter');
  await panel.page.getByText('Too many wait.', { exact: true }).waitFor();
  assert.equal(await question.inputValue(), 'Why?');
  await panel.page.getByRole('button', { name: 'Dismiss' }).click();
  assert.equal(await panel.page.getByText('Too many wait.', { exact: true }).count(), 0);
  await panel.close();
});

test('the_draft_outlives_the_page', { skip }, async () => {
  const first = await PanelPage.open({ state: panelState() });
  await first.page.getByRole('textbox', { name: 'Question' }).fill('Half a ques');
  await first.page.getByText('Compare', { exact: true }).click();
  const kept: unknown = await first.page.evaluate(() => (window as unknown as { keptState: unknown }).keptState);
  await first.close();
  const second = await PanelPage.open({ state: panelState(), kept });
  const question = second.page.getByRole('textbox', { name: 'Question' });
  assert.equal(await question.inputValue(), 'Half a ques');
  await question.press('Enter');
  assert.deepEqual(await second.asked('ask'), [{ question: 'Half a ques', compare: true }]);
  await second.close();
});

test('the_ratio_of_the_next_question_moves_by_keyboard_and_goes_back', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({ kv: kv(0.35, 0.2) }),
  });
  const slider = panel.page.getByRole('slider', { name: 'KV ratio' });
  assert.match(
    (await slider.getAttribute('aria-valuetext')) ?? '',
    /^0\.35\. .*35%.*chosen here and counts until it is reset; the setting is 0\.2/,
  );
  await slider.focus();
  await panel.page.keyboard.press('End');
  assert.deepEqual(await panel.asked('setKvRatio'), [{ ratio: 1 }]);
  await panel.page.getByRole('button', { name: 'Use the setting again: 0.2' }).click();
  assert.deepEqual((await panel.asked('setKvRatio', 2))[1], { ratio: null });
  await panel.close();
});

test('the_ratio_is_auto_until_the_slider_is_moved_and_auto_again_by_a_button', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  const slider = panel.page.getByRole('slider', { name: 'KV ratio' });
  const shown = panel.page.locator('look-once-ratio output');
  assert.equal(await shown.textContent(), 'auto');
  assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^auto\. .*free memory/);
  assert.equal(await panel.page.locator('look-once-ratio vscode-toolbar-button').count(), 0);
  await slider.focus();
  await panel.page.keyboard.press('Home');
  assert.deepEqual(await panel.asked('setKvRatio'), [{ ratio: 0.05 }]);
  await panel.send({
    type: 'state',
    state: panelState({ kv: kv(0.05, 'auto') }),
  });
  await panel.page.getByText('0.05', { exact: true }).waitFor();
  await panel.page.getByRole('button', { name: 'Use the setting again: auto' }).press('Enter');
  assert.deepEqual((await panel.asked('setKvRatio', 2))[1], { ratio: null });
  await panel.send({ type: 'state', state: panelState() });
  await panel.page.getByText('auto', { exact: true }).waitFor();
  assert.equal(
    await slider.evaluate((element) => element === document.activeElement),
    true,
    'the focus stays where the ratio is chosen',
  );
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a_ratio_of_the_setting_can_be_left_to_auto_for_a_question', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({ kv: kv(0.2, 0.2) }),
  });
  await panel.page.getByRole('button', { name: 'Choose the KV ratio automatically' }).press('Enter');
  assert.deepEqual(await panel.asked('setKvRatio'), [{ ratio: 'auto' }]);
  await panel.send({
    type: 'state',
    state: panelState({ kv: kv('auto', 0.2) }),
  });
  await panel.page.getByRole('button', { name: 'Use the setting again: 0.2' }).waitFor();
  await panel.close();
});

test('the_extension_can_put_a_question_into_the_input', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  await panel.send({ type: 'focusQuestion', text: 'Explain ' });
  await panel.page.keyboard.type('this');
  assert.equal(await panel.page.getByRole('textbox', { name: 'Question' }).inputValue(), 'Explain this');
  await panel.close();
});

test('a_question_may_be_asked_while_another_is_answered', { skip }, async () => {
  const busy = panelState({
    conversation: { id: 'c1', title: 'One', turns: [turn('t1', { answers: [running] })] },
  });
  const panel = await PanelPage.open({ state: busy });
  const stop = panel.page.getByRole('button', { name: 'Stop' });
  await stop.waitFor();
  assert.equal(await panel.page.locator('.send').count(), 0, 'there is nothing to ask yet');
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  await question.fill('And then?');
  await panel.page.getByRole('button', { name: 'Ask next' }).waitFor();
  await question.press('Enter');
  assert.deepEqual(await panel.asked('ask'), [{ question: 'And then?', compare: false }]);
  assert.equal(await stop.count(), 1);
  await panel.close();
});

test('a_question_that_waits_is_edited_or_dropped', { skip }, async () => {
  const waiting = { ...running, status: 'waiting' as const };
  const panel = await PanelPage.open({
    state: panelState({
      conversation: {
        id: 'c1',
        title: 'One',
        turns: [
          turn('t1', { answers: [running] }),
          turn('t2', { question: 'Later?', answers: [waiting] }),
          turn('t3', { question: 'Never?', answers: [waiting] }),
        ],
      },
    }),
    answers: { withdraw: ({ turnId }) => ({ question: turnId === 't2' ? 'Later?' : 'Never?' }) },
  });
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  await question.fill('written meanwhile');
  await panel.page.getByRole('button', { name: 'Drop the waiting question' }).last().click();
  await panel.page.getByRole('button', { name: 'Edit the waiting question' }).first().click();
  assert.deepEqual(await panel.asked('withdraw', 2), [
    { turnId: 't3', to: 'drop' },
    { turnId: 't2', to: 'edit' },
  ]);
  await panel.page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('.question-input')?.value === 'Later?\nwritten meanwhile',
  );
  await panel.close();
});

test('arrow_up_brings_back_questions_and_leaves_what_is_written_alone', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      conversation: {
        id: 'c1',
        title: 'One',
        turns: [turn('t1', { question: 'One?' }), turn('t2', { question: 'Two?' })],
      },
    }),
  });
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  await question.focus();
  const shown: string[] = [];
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown']) {
    await question.press(key);
    shown.push(await question.inputValue());
  }
  assert.deepEqual(shown, ['Two?', 'One?', 'One?', 'Two?', '']);
  await question.fill('mine');
  await question.press('ArrowUp');
  assert.equal(await question.inputValue(), 'mine');
  await panel.close();
});

test('escape_stops_from_the_question_box_and_from_the_answer', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      conversation: { id: 'c1', title: 'One', turns: [turn('t1', { answers: [running] })] },
    }),
  });
  await panel.page.getByRole('textbox', { name: 'Question' }).press('Escape');
  await panel.asked('stop');
  await panel.page.locator('.scroller').press('Escape');
  await panel.asked('stop', 2);
  await panel.page.getByRole('button', { name: 'Conversations' }).click();
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('.list').waitFor({ state: 'detached' });
  assert.equal(panel.sent('stop').length, 2, 'it closed the list');
  await panel.send({ type: 'state', state: panelState() });
  await panel.page.getByRole('textbox', { name: 'Question' }).press('Escape');
  await panel.page.waitForTimeout(50);
  assert.equal(panel.sent('stop').length, 2, 'nothing runs');
  await panel.close();
});

test('keys_of_an_input_method_are_not_ours', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      conversation: { id: 'c1', title: 'One', turns: [turn('t1', { answers: [running] })] },
    }),
  });
  await panel.page.getByRole('textbox', { name: 'Question' }).fill('にほん');
  await panel.page.evaluate(() => {
    const input = document.querySelector('.question-input');
    for (const key of ['Enter', 'Escape', 'ArrowUp']) {
      for (const composing of [{ isComposing: true }, { keyCode: 229 }])
        input?.dispatchEvent(new KeyboardEvent('keydown', { key, ...composing, bubbles: true, cancelable: true }));
    }
  });
  await panel.page.waitForTimeout(50);
  assert.deepEqual([panel.sent('ask'), panel.sent('stop')], [[], []]);
  await panel.close();
});

test('the_gauge_tells_what_the_conversation_holds_and_what_is_added', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      draft: { attachments: [image('a')], tokens: 1024, contextTokens: 16_384, heldTokens: 2312 },
    }),
  });
  await panel.page
    .getByRole('meter', {
      name: 'The conversation holds 2,312 tokens and the attachments add 1,024, of a context of 16,384',
    })
    .waitFor();
  await panel.page.getByText('3,336 / 16,384').waitFor();
  await panel.close();
});

test('a_comparison_says_which_ratios_it_compares', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  await panel.page.getByText('Compare', { exact: true }).click();
  await panel.page.getByText('1 and 0.2', { exact: true }).waitFor();
  await panel.send({ type: 'state', state: panelState({ kv: kv(0.35, 'auto') }) });
  await panel.page.getByText('1 and 0.35', { exact: true }).waitFor();
  await panel.close();
});
