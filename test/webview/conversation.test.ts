import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RunningView } from '../../webview/protocol/state.js';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, panelState, richMarkdown, stats, turn } from './samplePanel.js';

after(closeBrowser);

const one = (...turns: ReturnType<typeof turn>[]) =>
  panelState({ conversation: { id: 'c1', title: 'Sign-in', turns } });
const unfinished = one(turn('t1', { answers: [answer({ status: 'running', text: '' })] }));
const running = (change: Partial<RunningView> = {}): RunningView => ({
  conversationId: 'c1',
  turnId: 't1',
  answerIndex: 0,
  progress: { phase: 'answer', tokens: 1, text: '' },
  text: '',
  reasoning: '',
  elapsedMs: 2300,
  tokensPerSecond: 31.2,
  ...change,
});

test('an_empty_conversation_says_what_to_do', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState() });
  await panel.page.getByRole('heading', { name: 'Ask about what you see' }).waitFor();
  await panel.page.getByText('Hold Shift to drop files here').waitFor();
  await panel.page.getByRole('button', { name: 'Ask about the sample screenshot' }).click();
  assert.deepEqual(await panel.asked('runAction'), [{ action: 'openSample' }]);
  await panel.page.getByRole('button', { name: 'Open the walkthrough' }).click();
  assert.deepEqual((await panel.asked('runAction', 2))[1], { action: 'openWalkthrough' });
  await panel.close();
});

test('a_chip_tells_no_tokens_that_leave_out_the_words_of_its_picture', { skip }, async () => {
  const text = { words: 84, lines: 20, used: true, linesUsed: 20, reason: 'used' } as const;
  const images = stats().images.map((report) => ({ ...report, text }));
  const answers = [answer({ result: stats({ images }) })];
  const panel = await PanelPage.open({
    state: one(
      turn('t1', { attachments: [image('login', { tokens: 74 })], answers }),
      turn('t2', { attachments: [image('login', { tokens: 402, words: 84 })], answers }),
    ),
  });
  await panel.page.getByText('84 words read').first().waitFor();
  assert.deepEqual(await panel.page.locator('.chip-facts').allTextContents(), [
    '1920 × 1080 · 84 words read',
    '1920 × 1080 · 84 words read · 402 tokens',
  ]);
  await panel.close();
});

test('a_turn_shows_question_attachments_answer_and_what_it_cost', { skip }, async () => {
  const panel = await PanelPage.open({
    state: one(
      turn('t1', { attachments: [image('login')], answers: [answer({ text: richMarkdown, result: stats() })] }),
    ),
  });
  await panel.page.getByText('What does the error dialog say?').waitFor();
  await panel.page.locator('.chip', { hasText: 'login.png' }).getByText('1920 × 1080 · 1,024 tokens').waitFor();
  assert.equal(await panel.page.locator('look-once-answer strong').first().textContent(), '“Wrong password”');
  assert.equal(await panel.page.locator('look-once-answer td').count(), 6);
  const gauge = panel.page.getByRole('button', { name: /1,312 → 262 cells/ });
  assert.match((await gauge.textContent()) ?? '', /27\.1 MB → 5\.42 MB.*ratio 0\.2.*31\.2 tokens\/s/s);
  await gauge.click();
  await panel.page.getByText('1,312 tokens: 288 of text, 1,024 of images').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a_ratio_that_auto_chose_is_told_with_its_reason', { skip }, async () => {
  const result = stats();
  const kv = (change: Partial<typeof result.kv>) =>
    answer({ ratio: 'auto', result: { ...result, kv: { ...result.kv, ...change } } });
  const answers = [
    kv({ ratio: 0.5, ratioChoice: 'auto-by-length' }),
    kv({ ratio: 0.07, ratioChoice: 'auto-by-memory' }),
    kv({ ratio: 1, ratioChoice: 'auto-by-length', compressed: false, cellsAfter: 1312 }),
    kv({
      ratio: 1,
      ratioChoice: 'auto-by-length',
      compressed: false,
      cellsAfter: 1312,
      note: 'the cache is left full: it is recurrent',
    }),
  ];
  const panel = await PanelPage.open({
    state: one(...answers.map((each, index) => turn(`t${index}`, { answers: [each] }))),
  });
  const gauges = panel.page.locator('.gauge-line');
  assert.deepEqual(
    (await gauges.allTextContents()).map((text) => /ratio \S+(?: \(auto\))?/.exec(text)?.[0]),
    ['ratio 0.5 (auto)', 'ratio 0.07 (auto)', 'ratio 1 (auto)', undefined],
  );
  await gauges.nth(1).click();
  await panel.page.getByText('auto, since little memory is free').waitFor();
  await gauges.nth(0).click();
  await panel.page.getByText('auto, by the length of the prompt', { exact: true }).waitFor();
  await panel.close();
});

test('what_came_from_a_kept_cache_is_told_beside_the_prompt', { skip }, async () => {
  const fresh = stats();
  const [image] = fresh.images;
  assert.ok(image);
  const known = stats({
    images: [{ ...image, fromCache: true }, image],
    prompt: { ...fresh.prompt, restoredTokens: 1290, images: 2 },
    ms: { ...fresh.ms, restore: 12, encode: 400 },
    kv: { ...fresh.kv, reading: 'chunks', cellsPeak: 640, bytesPeak: 14 * 2 ** 20 },
    loadMs: 8420,
    advisedSampling: { temperature: 0.7, topK: 20, minP: 0.05 },
  });
  const panel = await PanelPage.open({
    state: one(
      ...[fresh, known, stats({ reread: true })].map((result, index) =>
        turn(`t${index}`, { answers: [answer({ result })] }),
      ),
    ),
  });
  const rowsOf = async (index: number) => {
    await panel.page.locator('.gauge-line').nth(index).click();
    const rows = panel.page.locator('look-once-gauge').nth(index).locator('dl > div');
    return Object.fromEntries(
      await rows.evaluateAll((all) =>
        all.map((row) => [row.querySelector('dt')?.textContent ?? '', row.querySelector('dd')?.textContent ?? '']),
      ),
    );
  };
  const [nothing, something, reread] = [await rowsOf(0), await rowsOf(1), await rowsOf(2)];
  const unsaid = ['Known already', 'Earlier turns', 'At most while reading', 'Model loaded in'];
  for (const name of [...unsaid, "Advised by the model's file"]) assert.equal(name in nothing, false, name);
  assert.equal(something['Known already'], '1 of 2 pictures · 1,290 of 1,312 tokens of the prompt');
  assert.equal(something['At most while reading'], '640 cells, 14 MB: compressed in chunks');
  assert.match(something['Spent on'] ?? '', /kept cache 12 ms, images 400 ms/);
  assert.equal(something['Model loaded in'], '8.42 s');
  assert.equal(something["Advised by the model's file"], 'temperature 0.7 · top-k 20 · min-p 0.05');
  assert.equal(reread['Earlier turns'], 'were read again');
  await panel.close();
});

test('every_phase_shows_its_text_and_a_bar', { skip }, async () => {
  const panel = await PanelPage.open({ state: unfinished });
  const bar = panel.page.locator('.phase vscode-progress-bar').getByRole('progressbar');
  await panel.send({
    type: 'running',
    running: running({
      progress: { phase: 'image', index: 2, count: 8, name: 'a.png', width: 1, height: 1, tokens: 1 },
    }),
  });
  await panel.page.getByText('Reading image 3 of 8: a.png').waitFor();
  assert.equal(await bar.getAttribute('aria-valuenow'), '25');
  await panel.send({ type: 'running', running: running({ progress: { phase: 'prefill', done: 42, total: 100 } }) });
  await panel.page.getByText('Reading the prompt (prefill): 42%').waitFor();
  assert.equal(await bar.getAttribute('aria-valuenow'), '42');
  await panel.send({ type: 'running', running: running() });
  await panel.page.getByText('Answering: 31.2 tokens/s').waitFor();
  assert.equal(await bar.getAttribute('aria-valuenow'), null);
  await panel.close();
});

test('an_answer_streams_and_late_or_lost_snapshots_do_no_harm', { skip }, async () => {
  const panel = await PanelPage.open({ state: unfinished });
  await panel.send({ type: 'running', running: running({ text: 'The **dia' }) });
  await panel.page.locator('look-once-markdown', { hasText: 'The **dia' }).waitFor();
  await panel.send({ type: 'running', running: running({ text: 'The **dialog** says no.' }) });
  await panel.page.locator('look-once-markdown strong', { hasText: 'dialog' }).waitFor();
  await panel.send({
    type: 'state',
    state: one(turn('t1', { answers: [answer({ text: 'The **dialog** says no. Twice.' })] })),
  });
  await panel.page.locator('look-once-markdown', { hasText: 'Twice.' }).waitFor();
  // A snapshot of the running answer that arrives after its end.
  await panel.send({ type: 'running', running: running({ text: 'The **dia' }) });
  await panel.page.waitForTimeout(200);
  assert.equal((await panel.page.locator('look-once-markdown').textContent())?.trim(), 'The dialog says no. Twice.');
  assert.equal(await panel.page.locator('.phase').count(), 0);
  await panel.close();
});

test('stop_regenerate_and_edit_send_what_they_say', { skip }, async () => {
  const panel = await PanelPage.open({ state: unfinished, running: running() });
  await panel.page.getByRole('button', { name: 'Stop', exact: true }).click();
  await panel.asked('stop');
  await panel.send({
    type: 'state',
    state: one(turn('t1', { answers: [answer({ status: 'stopped', text: 'The dialog' })] })),
  });
  await panel.page.getByText('Stopped. This is what had arrived.').waitFor();
  await panel.page.getByRole('button', { name: 'Ask again (regenerate)' }).click();
  assert.deepEqual(await panel.asked('regenerate'), [{ turnId: 't1' }]);
  await panel.page.getByRole('button', { name: 'Edit the question and ask again' }).focus();
  await panel.page.keyboard.press('Enter');
  const editor = panel.page.locator('.edit textarea');
  await editor.fill('What is the title?');
  await editor.press('Enter');
  assert.deepEqual(await panel.asked('editAndAsk'), [{ turnId: 't1', question: 'What is the title?' }]);
  await panel.close();
});

test('code_and_answers_are_copied_and_inserted', { skip }, async () => {
  const panel = await PanelPage.open({
    state: one(turn('t1', { answers: [answer({ text: 'Use:\n\n```js\nlet a = 1 < 2;\n```\n' })] })),
  });
  await panel.page.getByRole('button', { name: 'Copy code' }).click();
  await panel.page.getByRole('button', { name: 'Insert code at cursor' }).click();
  await panel.page.getByRole('button', { name: 'Copy answer' }).click();
  await panel.page.getByRole('button', { name: 'Insert answer at cursor' }).click();
  const whole = 'Use:\n\n```js\nlet a = 1 < 2;\n```\n';
  assert.deepEqual(await panel.asked('copy', 2), [{ text: 'let a = 1 < 2;\n' }, { text: whole }]);
  assert.deepEqual(await panel.asked('insertAtCursor', 2), [{ text: 'let a = 1 < 2;\n' }, { text: whole }]);
  await panel.close();
});

test('compared_answers_stand_side_by_side_and_stacked_when_narrow', { skip }, async () => {
  const state = one(turn('t1', { answers: [answer({ ratio: 1 }), answer({ ratio: 0.2 })] }));
  const boxes = async (width: number) => {
    const panel = await PanelPage.open({ state, width });
    await panel.page.getByRole('heading', { name: 'Full KV cache' }).waitFor();
    const [full, kept] = await Promise.all(
      [0, 1].map((index) => panel.page.locator('.answer').nth(index).boundingBox()),
    );
    await panel.close();
    assert.ok(full && kept);
    return { full, kept };
  };
  const wide = await boxes(900);
  assert.ok(wide.kept.x > wide.full.x + wide.full.width - 1 && Math.abs(wide.kept.y - wide.full.y) < 2);
  const narrow = await boxes(360);
  assert.ok(narrow.kept.y > narrow.full.y + narrow.full.height - 1);
});

test('notices_crash_and_restricted_mode_have_their_buttons', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      trusted: false,
      backend: {
        status: 'crashed',
        error: { code: 'backend_crashed', message: 'It ended five times.', nextStep: 'Restart it.' },
      },
      notices: [
        {
          id: 'n1',
          severity: 'warning',
          message: 'lookOnce.kv.ratio is 3.',
          actions: [{ label: 'Open settings', action: 'openSettings' }],
        },
      ],
    }),
  });
  for (const name of ['Restart backend', 'Show log', 'Copy diagnostics', 'Open settings', 'Manage Workspace Trust'])
    await panel.page.getByRole('button', { name }).click();
  assert.deepEqual(
    await panel.asked('runAction', 5),
    ['restartBackend', 'showLog', 'copyDiagnostics', 'openSettings', 'manageTrust'].map((action) => ({ action })),
  );
  await panel.page.getByRole('button', { name: 'Dismiss' }).click();
  assert.deepEqual(await panel.asked('dismissNotice'), [{ id: 'n1' }]);
  await panel.close();
});

test('strings_come_in_the_display_language', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState(),
    l10n: { 'Ask': 'Fragen', 'New conversation': 'Neues Gespräch' },
  });
  await panel.page.getByRole('heading', { name: 'Neues Gespräch' }).waitFor();
  await panel.page.getByText('Fragen', { exact: true }).waitFor();
  await panel.close();
});

test('scrolling_up_while_an_answer_streams_is_respected', { skip }, async () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `Line ${index}`).join('\n\n');
  const panel = await PanelPage.open({ state: unfinished, running: running({ text: lines(60) }), height: 500 });
  const scroller = panel.page.locator('.scroller');
  const below = () => scroller.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  await panel.page.waitForFunction(() => (document.querySelector('.scroller')?.scrollTop ?? 0) > 100);
  await scroller.hover();
  await panel.page.mouse.wheel(0, -40);
  await panel.page.waitForTimeout(150);
  const top = await scroller.evaluate((element) => element.scrollTop);
  await panel.send({ type: 'running', running: running({ text: lines(90) }) });
  await panel.page.getByText('Line 89').waitFor({ state: 'attached' });
  await panel.page.waitForTimeout(150);
  assert.equal(await scroller.evaluate((element) => element.scrollTop), top, 'the view stays where it was put');
  await panel.page.getByRole('button', { name: 'Go to the end' }).click();
  await panel.send({ type: 'running', running: running({ text: lines(120) }) });
  await panel.page.getByText('Line 119').waitFor({ state: 'attached' });
  await panel.page.waitForTimeout(150);
  assert.ok((await below()) < 8, 'the end is followed again');
  await panel.close();
});

test('text_has_the_direction_of_its_own_letters_and_code_is_left_to_right', { skip }, async () => {
  const text = 'שלום עולם\n\nHello\n\n```\nconst a = 1;\n```';
  const panel = await PanelPage.open({
    state: one(turn('t1', { question: 'מה כתוב?', answers: [answer({ text })] })),
  });
  const directions = await panel.page
    .locator('.markdown > *, .question-text')
    .evaluateAll((elements) => elements.map((element) => getComputedStyle(element).direction));
  assert.deepEqual(directions, ['rtl', 'rtl', 'ltr', 'ltr']);
  await panel.close();
});
