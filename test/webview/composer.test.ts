import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, kv, panelState, pdf, turn } from './samplePanel.js';

after(closeBrowser);

const running = answer({ status: 'running', text: '' });
const withDraft = (...attachments: ReturnType<typeof image>[]) =>
  panelState({ draft: { attachments, tokens: 13_424, contextTokens: 8192, heldTokens: 0 } });

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

test('a_pasted_image_is_sent_as_bytes_and_pasted_text_stays_text', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  await panel.page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array([1, 2, 3])], 'image.png', { type: 'image/png' }));
    document
      .querySelector('.question-input')
      ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.deepEqual(await panel.asked('attachBytes'), [{ name: 'image.png', mime: 'image/png', base64: 'AQID' }]);
  const prevented = await panel.page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'words');
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('.question-input')?.dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.equal(prevented, false);
  await panel.close();
});

test('drops_come_as_addresses_from_vs_code_and_as_bytes_from_elsewhere', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  const drop = (entries: Record<string, string>, bytes: number[]): Promise<void> =>
    panel.page.evaluate(
      ({ entries: texts, bytes: content }) => {
        const data = new DataTransfer();
        for (const [type, text] of Object.entries(texts)) data.setData(type, text);
        if (content.length > 0) data.items.add(new File([new Uint8Array(content)], 'shot.png', { type: 'image/png' }));
        const target = document.querySelector('.turns');
        for (const type of ['dragover', 'drop'])
          target?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      { entries, bytes },
    );
  await drop({ 'application/vnd.code.uri-list': 'file:///project/a.png' }, []);
  assert.deepEqual(await panel.asked('attachUris'), [{ uris: ['file:///project/a.png'] }]);
  await drop({}, [255, 0]);
  assert.deepEqual(await panel.asked('attachBytes'), [{ name: 'shot.png', mime: 'image/png', base64: '/wA=' }]);
  await drop({ 'text/uri-list': 'https://evil.test/a.png' }, []);
  await panel.page.getByText('Only files can be attached. Nothing is downloaded.').waitFor();
  assert.equal(panel.sent('attachUris').length, 1);
  assert.deepEqual(panel.leaks, []);
  await panel.close();
});

test('a_drag_over_the_panel_says_where_it_will_go', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  await panel.page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'a.txt'));
    document
      .querySelector('.turns')
      ?.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await panel.page.getByText('Drop to attach').waitFor();
  await panel.close();
});

test('chips_are_moved_and_removed_by_keyboard', { skip }, async () => {
  const panel = await PanelPage.open({ state: withDraft(image('a'), image('b'), image('c')) });
  await panel.page.getByRole('button', { name: /^b\.png/ }).focus();
  await panel.page.keyboard.press('Alt+ArrowLeft');
  assert.deepEqual(await panel.asked('moveAttachment'), [{ id: 'b', to: 0 }]);
  await panel.send({ type: 'state', state: withDraft(image('b'), image('a'), image('c')) });
  await panel.page.keyboard.press('Alt+ArrowLeft');
  await panel.page.waitForTimeout(50);
  assert.equal(panel.sent('moveAttachment').length, 1, 'the first chip stays first');
  await panel.page.getByRole('button', { name: /^c\.png/ }).focus();
  await panel.page.keyboard.press('Delete');
  assert.deepEqual(await panel.asked('removeAttachment'), [{ id: 'c' }]);
  await panel.close();
});

test('chips_are_moved_by_dragging', { skip }, async () => {
  const panel = await PanelPage.open({ state: withDraft(image('a'), image('b')) });
  await panel.page.evaluate(() => {
    const [from, to] = document.querySelectorAll('footer .chips > li');
    const data = new DataTransfer();
    from?.dispatchEvent(new DragEvent('dragstart', { dataTransfer: data, bubbles: true }));
    to?.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
    to?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  assert.deepEqual(await panel.asked('moveAttachment'), [{ id: 'a', to: 1 }]);
  await panel.close();
});

test('pages_of_a_document_are_chosen_and_checked', { skip }, async () => {
  const panel = await PanelPage.open({ state: withDraft(pdf('plan', { pages: 12 })) });
  await panel.page.getByRole('button', { name: 'Choose pages of plan.pdf' }).click();
  const pages = panel.page.getByRole('textbox', { name: 'Pages of plan.pdf' });
  await pages.fill('3-20');
  await panel.page.getByText('The document has 12 pages.').waitFor();
  await pages.press('Enter');
  await pages.fill('3-5');
  await panel.page.getByRole('radio', { name: 'Images' }).check();
  await pages.press('Enter');
  assert.deepEqual(await panel.asked('setAttachmentPages'), [{ id: 'plan', pages: '3-5', readAs: 'images' }]);
  await panel.page.locator('.page-range').waitFor({ state: 'detached' });
  await panel.close();
});

test('the_parts_of_a_document_are_called_what_they_are_in_it', { skip }, async () => {
  const panel = await PanelPage.open({
    state: withDraft(
      pdf('budget', { name: 'budget.xlsx', pages: 3, unit: 'sheet' }),
      pdf('talk', { name: 'talk.pptx', pages: 12, unit: 'slide', chosenPages: '2-4' }),
    ),
  });
  await panel.page.getByText('3 sheets').waitFor();
  await panel.page.getByText('slides 2-4 of 12').waitFor();
  await panel.page.getByRole('button', { name: 'Choose sheets of budget.xlsx' }).click();
  await panel.page.getByRole('textbox', { name: 'Sheets of budget.xlsx' }).fill('4');
  await panel.page.getByText('The document has 3 sheets.').waitFor();
  await panel.close();
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

test('attachments_that_exceed_the_context_are_told', { skip }, async () => {
  const panel = await PanelPage.open({ state: withDraft(image('a')) });
  await panel.page
    .getByRole('meter', {
      name: 'The conversation holds 0 tokens and the attachments add 13,424: more than the context of 8,192',
    })
    .waitFor();
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

test('pages_are_applied_by_enter_where_forms_may_not_be_submitted', { skip }, async () => {
  const panel = await PanelPage.open({ state: withDraft(pdf('plan', { pages: 500 })) });
  await panel.page.evaluate(() => {
    // As the frame does that VS Code gives to the panel.
    window.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
      },
      true,
    );
  });
  await panel.page.getByRole('button', { name: 'Choose pages of plan.pdf' }).click();
  const pages = panel.page.getByRole('textbox', { name: 'Pages of plan.pdf' });
  await pages.fill('17');
  await pages.press('Enter');
  assert.deepEqual(await panel.asked('setAttachmentPages'), [{ id: 'plan', pages: '17', readAs: 'auto' }]);
  await panel.page.waitForTimeout(50);
  assert.equal(panel.sent('setAttachmentPages').length, 1);
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

test('pictures_for_a_model_that_reads_none_are_told_before_it_is_asked', { skip }, async () => {
  const model = { name: 'Text 7B', embedded: false, vision: false, device: 'CPU' };
  const panel = await PanelPage.open({ state: { ...withDraft(image('a')), model } });
  await panel.page.getByText('Text 7B reads no pictures.').waitFor();
  await panel.page.locator('.blind').getByRole('button', { name: 'Choose Model…' }).click();
  assert.deepEqual(await panel.asked('runAction'), [{ action: 'chooseModel' }]);
  await panel.send({ type: 'state', state: { ...withDraft(pdf('b')), model } });
  await panel.page.locator('.blind').waitFor({ state: 'detached' });
  await panel.close();
});

test('a_chip_that_cannot_be_taken_says_why_and_what_helps', { skip }, async () => {
  const error = {
    code: 'encrypted_document',
    message: 'plan.pdf is protected by a password',
    nextStep: 'Save a copy without the password and attach that.',
  } as const;
  const panel = await PanelPage.open({ state: withDraft(pdf('plan', { state: 'failed', error, tokens: null })) });
  const chip = panel.page.locator('.chip.failed');
  await chip.getByText('Save a copy without the password and attach that.').waitFor();
  await chip.getByText('plan.pdf is protected by a password').waitFor();
  await panel.close();
});

test('a_refusal_belongs_to_its_conversation', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState(),
    answers: {
      ask: () => {
        throw Object.assign(new Error('Too many wait.'), { code: 'busy', nextStep: 'Wait for an answer.' });
      },
    },
  });
  await panel.page.getByRole('textbox', { name: 'Question' }).fill('Why?');
  await panel.page.getByRole('textbox', { name: 'Question' }).press('Enter');
  const banner = panel.page.locator('.messages').getByText('Too many wait.', { exact: true });
  await banner.waitFor();
  assert.equal(await panel.page.locator('.messages').getByText('busy', { exact: true }).count(), 0, 'no raw codes');
  await panel.send({ type: 'state', state: panelState({ conversation: { id: 'c2', title: '', turns: [] } }) });
  await banner.waitFor({ state: 'detached' });
  await panel.send({ type: 'state', state: panelState() });
  await banner.waitFor();
  await panel.close();
});

test('a_refusal_is_over_once_its_attachment_is_gone_or_something_new_is_begun', { skip }, async () => {
  const panel = await PanelPage.open({
    state: withDraft(image('cut'), image('whole')),
    answers: {
      ask: () => {
        throw Object.assign(new Error('cut.png cannot be attached.'), { code: 'corrupt_image', nextStep: 'Save it.' });
      },
    },
  });
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  const banner = panel.page.locator('.messages').getByText('cut.png cannot be attached.', { exact: true });
  const ask = async () => {
    await question.fill('Why?');
    await question.press('Enter');
    await banner.waitFor();
  };
  await ask();
  await panel.send({ type: 'state', state: withDraft(image('cut'), image('whole', { words: 3 }), image('more')) });
  assert.equal(await banner.count(), 1, 'what is attached besides changes nothing');
  await panel.send({ type: 'state', state: withDraft(image('whole'), image('more')) });
  await banner.waitFor({ state: 'detached' });
  await ask();
  await panel.page.getByRole('button', { name: 'New conversation' }).click();
  await banner.waitFor({ state: 'detached' });
  await ask();
  await panel.send({ type: 'focusQuestion' });
  await banner.waitFor({ state: 'detached' });
  await panel.close();
});

test('a_question_that_waits_for_its_attachments_is_shown_and_stopped_by_escape', { skip }, async () => {
  let refuse: () => void = () => undefined;
  const panel = await PanelPage.open({
    state: withDraft(pdf('book', { state: 'reading', tokens: null })),
    answers: {
      ask: () =>
        new Promise((resolve) => {
          refuse = () => {
            resolve(false);
          };
        }),
      stop: () => {
        refuse();
        return null;
      },
    },
  });
  const question = panel.page.getByRole('textbox', { name: 'Question' });
  await question.fill('What is on page 400?');
  await question.press('Enter');
  await panel.page.locator('.unsent', { hasText: 'What is on page 400?' }).waitFor();
  await panel.page.getByRole('button', { name: 'Stop' }).waitFor();
  await panel.picture('unsent');
  assert.equal(await question.inputValue(), '');
  await question.press('Escape');
  await panel.page.locator('.unsent').waitFor({ state: 'detached' });
  assert.equal(await question.inputValue(), 'What is on page 400?', 'nothing that was typed is lost');
  await panel.close();
});
