/** The whole panel in every theme, as narrow and as wide as it gets: looked at by people, and held to its edges. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { PanelPage, closeBrowser, skip, themes, type Theme } from './panelPage.js';
import { answer, image, panelState, pdf, turn } from './samplePanel.js';
import { looksScenes } from './sampleScenes.js';

after(closeBrowser);

/** CSS pixels of the panel's width. 320 is also what a panel of 640 has left at a zoom of 200 %. */
const widths = [170, 320, 600] as const;

for (const theme of themes) {
  for (const scene of looksScenes) {
    test(`nothing_of_the_${scene.name}_is_cut_off_in_${theme}`, { skip }, async () => {
      const shots: Buffer[] = [];
      const found: string[] = [];
      const panel = await PanelPage.open({ theme, ...scene.options });
      await scene.prepare?.(panel);
      for (const width of widths) {
        await panel.page.setViewportSize({ width, height: 720 });
        await scene.scroll?.(panel);
        await panel.page.waitForTimeout(150);
        shots.push(await panel.page.screenshot());
        found.push(...(await cutOff(panel)).map((what) => `${width} pixels: ${what}`));
      }
      found.push(...panel.leaks, ...panel.problems);
      await panel.close();
      await saveSheet(`${scene.name}-${theme}`, theme, shots);
      assert.deepEqual(found, []);
    });
  }
}

test('at_a_zoom_of_200_percent_four_lines_of_the_answer_are_left', { skip }, async () => {
  const attachments = [image('login'), pdf('plan'), pdf('talk', { unit: 'slide' }), image('shot')];
  const panel = await PanelPage.open({
    state: panelState({
      conversation: { id: 'c1', title: 'Sign-in', turns: [turn('t1', { answers: [answer({ text: 'E4719' })] })] },
      draft: { attachments, tokens: 900, contextTokens: 8192, heldTokens: 100 },
    }),
  });
  for (const [width, height] of [
    [320, 360],
    [190, 330],
  ] as const) {
    await panel.page.setViewportSize({ width, height });
    await panel.page.waitForTimeout(150);
    const left = await panel.page.locator('.scroller').evaluate((element) => element.clientHeight);
    assert.ok(left >= 80, `${width} × ${height} pixels leave ${left} for the answer`);
  }
  await panel.close();
});

/** Whatever reaches over the sides of the panel, or scrolls sideways where nothing should. */
function cutOff(panel: PanelPage): Promise<string[]> {
  return panel.page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = [...document.querySelectorAll('.scroller, .frame, .messages, .kv-map, body, html')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `scrolls: ${element.className}`);
    const cut = [...document.querySelectorAll('button, vscode-button, vscode-toolbar-button, textarea, input, .chip')]
      .filter((element) => !element.closest('pre, .table-scroll'))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > width + 1 || box.left < -1);
      })
      .map((element) => `cut off: ${element.outerHTML.slice(0, 100)}`);
    return [...scrolls, ...cut];
  });
}

/** One picture of all sizes side by side, in dist/test/webview/pictures. */
async function saveSheet(name: string, theme: Theme, shots: readonly Buffer[]): Promise<void> {
  const gap = 12;
  const parts = await Promise.all(shots.map(async (input) => ({ input, ...(await sharp(input).metadata()) })));
  let left = gap;
  const placed = parts.map(({ input, width }) => {
    const at = { input, left, top: gap };
    left += width + gap;
    return at;
  });
  const folder = path.join(process.cwd(), 'dist', 'test', 'webview', 'pictures');
  fs.mkdirSync(folder, { recursive: true });
  await sharp({
    create: {
      width: left,
      height: Math.max(...parts.map(({ height }) => height)) + 2 * gap,
      channels: 3,
      background: theme.endsWith('light') ? '#8a8a8a' : '#555555',
    },
  })
    .composite(placed)
    .png()
    .toFile(path.join(folder, `${name}.png`));
}
