import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, panelState, richMarkdown, turn } from './samplePanel.js';

after(closeBrowser);

const longAnswer = Array.from({ length: 30 }, (_, index) => `## Part ${index + 1}\n\n${richMarkdown}`)
  .join('\n')
  .slice(0, 32_000);

test('a_long_answer_streams_without_drawing_again_what_is_done', { skip, timeout: 120_000 }, async (context) => {
  const turns = [
    turn('t0', { answers: [answer({ text: richMarkdown })] }),
    turn('t1', { answers: [answer({ status: 'running', text: '' })] }),
  ];
  const panel = await PanelPage.open({ state: panelState({ conversation: { id: 'c1', title: '', turns } }) });
  const measured = await panel.page.evaluate(async (text) => {
    const before = document.querySelector('look-once-markdown');
    let redrawn = 0;
    let drawings = 0;
    if (before)
      new MutationObserver((records) => {
        redrawn += records.length;
      }).observe(before, { childList: true, subtree: true, characterData: true, attributes: true });
    const frames: number[] = [];
    let last = performance.now();
    let watching = true;
    const watch = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (watching) requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    let firstHeading: Element | null = null;
    let firstKept = true;
    for (let length = 0; length < text.length; length += 80) {
      const running = {
        conversationId: 'c1',
        turnId: 't1',
        answerIndex: 0,
        progress: { phase: 'answer', tokens: length, text: '' },
        text: text.slice(0, length),
        elapsedMs: length,
        tokensPerSecond: 30,
      };
      window.postMessage({ type: 'running', running }, '*');
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
      const heading = document.querySelectorAll('look-once-markdown')[1]?.querySelector('h3') ?? null;
      firstHeading ??= heading;
      if (heading !== firstHeading) firstKept = false;
      drawings++;
    }
    watching = false;
    frames.sort((a, b) => a - b);
    return {
      redrawn,
      firstKept,
      drawings,
      median: frames[Math.floor(frames.length / 2)] ?? 0,
      longest: frames.at(-1) ?? 0,
    };
  }, longAnswer);
  context.diagnostic(
    `frames: median ${measured.median.toFixed(1)} ms, longest ${measured.longest.toFixed(1)} ms, over ` +
      `${measured.drawings} snapshots`,
  );
  assert.equal(measured.redrawn, 0, 'the finished turn was touched');
  assert.ok(measured.firstKept, 'the first block of the growing answer was drawn again');
  await panel.close();
});

test('a_new_snapshot_of_the_same_conversation_touches_nothing', { skip, timeout: 60_000 }, async () => {
  const turns = Array.from({ length: 60 }, (_, index) =>
    turn(`t${index}`, { answers: [answer({ text: richMarkdown })] }),
  );
  const state = panelState({ conversation: { id: 'c1', title: 'Long', turns } });
  const panel = await PanelPage.open({ state });
  await panel.page.locator('look-once-turn').nth(59).waitFor();
  await panel.page.waitForTimeout(300);
  await panel.page.evaluate(() => {
    const counts = { changes: 0 };
    (window as unknown as { counts: typeof counts }).counts = counts;
    const list = document.querySelector('.turns');
    if (list)
      new MutationObserver((records) => {
        counts.changes += records.length;
      }).observe(list, { childList: true, subtree: true, characterData: true, attributes: true });
  });
  await panel.send({ type: 'state', state: { ...state, kv: { ...state.kv, ratio: 0.5 } } });
  await panel.page.waitForTimeout(200);
  assert.equal(
    await panel.page.evaluate(() => (window as unknown as { counts: { changes: number } }).counts.changes),
    0,
  );
  await panel.close();
});
