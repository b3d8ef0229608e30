import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { image, panelState } from './samplePanel.js';
import { samplePicture } from './sampleScenes.js';

after(closeBrowser);

const whole = image('shot', { width: 1280, height: 800 });
const draftOf = (attachment = whole) =>
  panelState({ draft: { attachments: [attachment], tokens: null, contextTokens: null, heldTokens: 0 } });
const answers = { picture: () => samplePicture('dialog'), thumbnail: () => samplePicture('dialog') };

test('a_part_is_drawn_on_a_picture_and_taken', { skip }, async () => {
  const panel = await PanelPage.open({ state: draftOf(), answers });
  await panel.page.getByRole('button', { name: 'Ask about a part of shot.png' }).click();
  const picture = panel.page.locator('.crop-picture');
  await picture.waitFor();
  await panel.page.waitForFunction(() => (document.querySelector('.crop-picture img')?.clientWidth ?? 0) > 100);
  const box = await picture.boundingBox();
  assert.ok(box);
  await panel.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await panel.page.mouse.down();
  await panel.page.mouse.move(box.x + box.width * 0.75, box.y + box.height, { steps: 3 });
  await panel.page.mouse.up();
  await panel.picture('crop');
  await panel.page.getByRole('button', { name: 'Use This Part' }).click();
  const [asked] = await panel.asked('setAttachmentPart');
  const { x, y, width, height } = asked?.part ?? { x: 0, y: 0, width: 0, height: 0 };
  for (const [value, expected] of [
    [x, 640],
    [y, 400],
    [width, 320],
    [height, 400],
  ] as const)
    assert.ok(Math.abs(value - expected) <= 8, [x, y, width, height].join(' '));
  await panel.page.locator('look-once-crop').waitFor({ state: 'detached' });
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('a_part_is_chosen_by_keyboard_and_escape_takes_nothing', { skip }, async () => {
  const panel = await PanelPage.open({ state: draftOf(), answers });
  const open = panel.page.getByRole('button', { name: 'Ask about a part of shot.png' });
  await open.focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByLabel('Width').waitFor();
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('look-once-crop').waitFor({ state: 'detached' });
  assert.ok(await open.evaluate((element) => element === document.activeElement));
  await panel.page.keyboard.press('Enter');
  await panel.page.getByLabel('Left').fill('100');
  await panel.page.getByLabel('Width').fill('9999');
  await panel.page.keyboard.press('Enter');
  assert.deepEqual(await panel.asked('setAttachmentPart'), [
    { id: 'shot', part: { x: 100, y: 0, width: 1180, height: 800 } },
  ]);
  await panel.close();
});

test('a_chip_says_that_it_is_a_part_and_the_whole_comes_back', { skip }, async () => {
  const part = { x: 10, y: 20, width: 300, height: 200, wholeWidth: 1280, wholeHeight: 800 };
  const panel = await PanelPage.open({ state: draftOf({ ...whole, width: 300, height: 200, part }), answers });
  await panel.page.getByText('part: 300 × 200 of 1280 × 800').waitFor();
  await panel.page.getByRole('button', { name: 'Ask about a part of shot.png' }).click();
  await panel.page.getByRole('button', { name: 'Use the Whole Picture' }).click();
  assert.deepEqual(await panel.asked('setAttachmentPart'), [{ id: 'shot', part: null }]);
  await panel.close();
});
