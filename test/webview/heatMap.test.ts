import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { KvMap } from '../../backend-native/protocol/kvMap.js';
import { heatColour } from '../../webview/kvMap/colourScale.js';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { imageMap, plainMap, tiledMap } from './sampleMap.js';
import { answer, image, panelState, stats, turn } from './samplePanel.js';

after(closeBrowser);

const state = panelState({
  conversation: {
    id: 'c1',
    title: '',
    turns: [
      turn('t1', {
        attachments: [image('login'), image('other')],
        answers: [answer({ hasKvMap: true, result: stats() })],
      }),
    ],
  },
});

async function open(map: KvMap, picture: string | null = null): Promise<PanelPage> {
  const pictures = map.images.map((_, index) => ({ attachmentId: index === 0 ? 'login' : 'other' }));
  const panel = await PanelPage.open({
    state,
    width: 700,
    answers: { kvMap: () => ({ map, pictures }), picture: () => picture },
  });
  await panel.send({ type: 'showKvMap', turnId: 't1', answerIndex: 0, image: 0 });
  await panel.page.locator('canvas').waitFor();
  await panel.page.waitForTimeout(150);
  return panel;
}

/** The pixels at points given as shares of the canvas, once it was drawn. */
async function pixels(panel: PanelPage, points: readonly (readonly [x: number, y: number])[]): Promise<number[][]> {
  await panel.page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          requestAnimationFrame(resolve);
        });
      }),
  );
  return panel.page.evaluate((places) => {
    const canvas = document.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return [];
    return places.map(([x, y]) =>
      [...context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data].slice(0, 3),
    );
  }, points);
}

async function setLayer(panel: PanelPage, presses: number): Promise<void> {
  await panel.page.getByRole('slider', { name: 'Layer' }).focus();
  for (let press = 0; press < presses; press++) await panel.page.keyboard.press('ArrowRight');
}

test('patches_have_the_colour_of_the_share_that_kept_them', { skip }, async () => {
  const panel = await open(plainMap());
  const points = [
    [0.1, 0.1],
    [0.4, 0.9],
    [0.6, 0.1],
    [0.9, 0.9],
  ] as const;
  assert.deepEqual(
    await pixels(panel, points),
    [heatColour(1), heatColour(1), heatColour(0.5), heatColour(0.5)],
    'the average of the layers',
  );
  await setLayer(panel, 1);
  assert.deepEqual(
    await pixels(panel, points),
    [heatColour(1), heatColour(1), heatColour(0), heatColour(0)],
    'the first layer',
  );
  await panel.page.getByText('50% kept of 12 image tokens').waitFor();
  await setLayer(panel, 1);
  assert.deepEqual(
    await pixels(panel, points),
    [1, 1, 1, 1].map((share) => [...heatColour(share)]),
    'the second layer',
  );
  await panel.close();
});

test('tiles_and_their_overview_are_shown_one_at_a_time', { skip }, async () => {
  const panel = await open(tiledMap());
  assert.deepEqual(
    await pixels(panel, [
      [0.1, 0.1],
      [0.9, 0.9],
    ]),
    [[...heatColour(1)], [...heatColour(1)]],
  );
  await panel.page.getByRole('radio', { name: 'Overview' }).check();
  assert.deepEqual(
    await pixels(panel, [
      [0.1, 0.1],
      [0.9, 0.9],
    ]),
    [[...heatColour(0)], [...heatColour(0)]],
  );
  await panel.close();
});

test('the_picture_shows_through_as_much_as_is_wanted', { skip }, async () => {
  // One white pixel.
  const white =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/' +
    'AAX+Av4N70a4AAAAAElFTkSuQmCC';
  const map = {
    ...plainMap(),
    images: [
      imageMap(
        'one.png',
        2,
        [{ x: 0, y: 0, width: 1, height: 1, columns: 1, rows: 1, spatial: true, firstToken: 0, overview: false }],
        () => 0,
      ),
    ],
  };
  const panel = await open(map, white);
  const opacity = panel.page.getByRole('slider', { name: 'Opacity' });
  await opacity.focus();
  await panel.page.keyboard.press('Home');
  assert.deepEqual(await pixels(panel, [[0.5, 0.5]]), [[255, 255, 255]]);
  await panel.page.keyboard.press('End');
  assert.deepEqual(await pixels(panel, [[0.5, 0.5]]), [[...heatColour(0)]]);
  await panel.close();
});

test('a_map_without_a_grid_says_so_and_keeps_its_numbers', { skip }, async () => {
  const map = {
    ...plainMap(),
    images: [
      imageMap(
        'joined.png',
        2,
        [{ x: 0, y: 0, width: 1, height: 1, columns: 8, rows: 1, spatial: false, firstToken: 0, overview: false }],
        (layer) => (layer === 0 ? 0.5 : 0.25),
      ),
    ],
  };
  const panel = await open(map);
  await panel.page.getByText('cannot be placed on the picture').waitFor();
  await panel.page.getByText('38% kept of 8 image tokens').waitFor();
  await panel.close();
});

test('the_same_numbers_are_there_for_screen_readers', { skip }, async () => {
  const panel = await open(plainMap());
  const table = panel.page.getByRole('table', { name: 'Kept of login.png, by layer' });
  const rows = (await table.locator('tbody tr').allTextContents()).map((text) => text.trim().split(/\s+/));
  assert.deepEqual(rows, [
    ['1', '50%'],
    ['2', '100%'],
  ]);
  const picture = panel.page.getByRole('img', { name: /login\.png: 75% kept of 12 image tokens, average of 2 layers/ });
  await picture.focus();
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.getByText('row 2, column 1: 100% of the KV heads').first().waitFor();
  assert.equal(await panel.page.locator('.live').textContent(), 'row 2, column 1: 100% of the KV heads');
  await panel.close();
});

test('it_opens_from_the_chip_at_its_image_and_gives_the_focus_back', { skip }, async () => {
  const [first] = plainMap().images;
  assert.ok(first);
  const map = { ...plainMap(), images: [first, { ...first, name: 'other.png' }] };
  const panel = await PanelPage.open({
    state,
    answers: { kvMap: () => ({ map, pictures: [{ attachmentId: 'login' }, { attachmentId: 'other' }] }) },
  });
  const button = panel.page.getByRole('button', { name: 'Show what was kept of other.png' });
  await button.focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('Image 2 of 2').waitFor();
  assert.deepEqual(await panel.asked('kvMap'), [{ turnId: 't1', answerIndex: 0 }]);
  assert.equal(await panel.page.evaluate(() => document.querySelector('.frame')?.hasAttribute('inert')), true);
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('.kv-map').waitFor({ state: 'detached' });
  assert.equal(await button.evaluate((element) => element === document.activeElement), true);
  await panel.close();
});

test('it_opens_from_the_gauge_and_says_when_nothing_is_known', { skip }, async () => {
  const panel = await PanelPage.open({ state });
  await panel.page.getByRole('button', { name: /262 cells/ }).click();
  await panel.page.getByRole('button', { name: 'Show what was kept of the images' }).click();
  await panel.page.getByText('It is not known any more what was kept').waitFor();
  await panel.close();
});

test('a_map_whose_numbers_do_not_fit_is_an_error_not_a_picture', { skip }, async () => {
  const panel = await PanelPage.open({
    state,
    answers: { kvMap: () => ({ map: { ...plainMap(), layers: 9 }, pictures: [] }) },
  });
  await panel.send({ type: 'showKvMap', turnId: 't1', answerIndex: 0, image: 0 });
  await panel.page.getByText('Expected a KV map but received something else.').waitFor();
  await panel.close();
});
