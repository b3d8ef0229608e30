import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { image, panelState, pdf } from './samplePanel.js';

after(closeBrowser);

const withDraft = (...attachments: ReturnType<typeof image>[]) =>
  panelState({ draft: { attachments, tokens: 13_424, contextTokens: 8192, heldTokens: 0 } });

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

test('attachments_that_exceed_the_context_are_told', { skip }, async () => {
  const panel = await PanelPage.open({ state: withDraft(image('a')) });
  await panel.page
    .getByRole('meter', {
      name: 'The conversation holds 0 tokens and the attachments add 13,424: more than the context of 8,192',
    })
    .waitFor();
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
