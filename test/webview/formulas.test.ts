import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, panelState, turn } from './samplePanel.js';

after(closeBrowser);

const answered = (text: string, status: 'done' | 'running' = 'done') =>
  panelState({ conversation: { id: 'c1', title: '', turns: [turn('t1', { answers: [answer({ text, status })] })] } });

test('a_formula_is_drawn_with_the_fonts_of_the_panel_and_read_as_mathml', { skip }, async () => {
  const text = 'So $\\sqrt{x^2}$ is\n\n$$\n\\frac{a}{b}, \\pmb{v}, \\fcolorbox{red}{white}{$c$}\n$$\n';
  const panel = await PanelPage.open({ state: answered(text) });
  await panel.page.locator('.math .katex').waitFor();
  await panel.page.locator('.math-display .katex-display').waitFor();
  assert.equal(await panel.page.locator('.math msqrt, .math-display mfrac').count(), 2);
  const loaded = await panel.page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family);
  });
  assert.ok(loaded.includes('KaTeX_Math'), loaded.join(', '));
  // Its height was set, not only asked for: the policy refuses style attributes.
  assert.notEqual(
    await panel.page
      .locator('.math .katex-strut')
      .first()
      .evaluate((element) => element.style.height),
    '',
  );
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('what_is_no_latex_is_shown_as_it_was_typed', { skip }, async () => {
  const panel = await PanelPage.open({ state: answered('So $\\frac{a$ and $\\nonsense{x}$, or \\(\\href{x}{y}\\).') });
  await panel.page.getByText('$\\nonsense{x}$').waitFor();
  assert.match(await panel.page.locator('look-once-markdown').innerText(), /So \$\\frac\{a\$ and/);
  assert.equal(await panel.page.locator('look-once-markdown a').count(), 0);
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('a_formula_that_arrives_bit_by_bit_is_drawn_once_it_is_closed', { skip }, async () => {
  const panel = await PanelPage.open({ state: answered('$$\n\\frac{a}{', 'running') });
  await panel.page.getByText('\\frac{a}{').waitFor();
  await panel.send({ type: 'state', state: answered('$$\n\\frac{a}{b}\n$$', 'running') });
  await panel.page.locator('.math-display .katex-display').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('a_formula_and_a_table_that_are_too_wide_scroll_by_themselves', { skip }, async () => {
  const wide = Array.from({ length: 40 }, (_, index) => `x_{${index}}`).join(' + ');
  const row = `| ${Array.from({ length: 20 }, (_, index) => `column${index}`).join(' | ')} |`;
  const rule = `|${'---|'.repeat(20)}`;
  const panel = await PanelPage.open({ width: 320, state: answered(`$$\n${wide}\n$$\n\n${row}\n${rule}\n${row}\n`) });
  await panel.page.locator('.katex-display').waitFor();
  for (const selector of ['.math-display', '.table-scroll'])
    assert.ok(
      await panel.page.locator(selector).evaluate((element) => element.scrollWidth > element.clientWidth),
      selector,
    );
  assert.ok(
    await panel.page.locator('.scroller').evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
  );
  await panel.close();
});
