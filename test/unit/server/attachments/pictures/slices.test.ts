import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietCuts } from '../../../../../backend-native/server/attachments/pictures/slices/quietCuts.js';
import {
  cutPiece,
  planSlices,
  type SliceOptions,
} from '../../../../../backend-native/server/attachments/pictures/slices/slices.js';

/** White, with rows of "letters" in the rows that are named. */
function picture(width: number, height: number, inked: (row: number) => boolean) {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  for (let y = 0; y < height; y += 1)
    if (inked(y)) for (let x = 0; x < width; x += 2) rgb.fill(0, (y * width + x) * 3, (y * width + x) * 3 + 3);
  return { name: 'picture', width, height, rgb };
}

/** A model that sees a million pixels at most, at the picture's own shape. */
const million: SliceOptions = {
  setting: 'auto',
  embedded: false,
  readSize: (width, height) => {
    const scale = Math.min(1, Math.sqrt(1e6 / (width * height)));
    return Promise.resolve({ readWidth: Math.floor(width * scale), readHeight: Math.floor(height * scale) });
  },
  countTokens: (width, height) => Math.ceil(Math.min(1e6, width * height) / 784),
  room: 100_000,
};

test('cuts_are_moved_to_rows_without_ink', () => {
  const lines = (row: number) => row % 30 < 20;
  const cuts = quietCuts(picture(64, 900, lines), 'rows', 4);
  assert.equal(cuts.length, 5);
  assert.deepEqual([cuts[0], cuts[4]], [0, 900]);
  for (const cut of cuts.slice(1, -1)) assert.equal(lines(cut), false, `row ${cut}`);
});

test('a_capture_of_a_whole_page_is_cut_into_pieces_that_are_read_as_they_are', async () => {
  const page = picture(540, 10_000, (row) => row % 30 < 20);
  const layout = await planSlices(page, million);
  assert.ok(layout);
  assert.ok(layout.pieces.length > 4 && layout.pieces.length <= 24, `${layout.pieces.length} pieces`);
  assert.equal(
    layout.pieces.reduce((sum, { width, height }) => sum + width * height, 0),
    page.width * page.height,
  );
  for (const { width, height } of layout.pieces) {
    const { readWidth, readHeight } = await million.readSize(width, height);
    assert.ok(readWidth * readHeight >= 0.6 * width * height);
  }
  const [, second] = layout.pieces;
  assert.ok(second);
  const piece = cutPiece(page, second);
  assert.deepEqual(piece.rgb, page.rgb.slice(second.y * 540 * 3, (second.y + second.height) * 540 * 3));
});

test('what_is_readable_or_was_not_asked_for_is_read_as_one', async () => {
  const long = picture(540, 10_000, () => false);
  assert.equal(
    await planSlices(
      picture(900, 900, () => false),
      { ...million, setting: 'slice' },
    ),
    undefined,
  );
  assert.equal(await planSlices(long, { ...million, setting: 'shrink' }), undefined);
  assert.equal(await planSlices(long, { ...million, embedded: true }), undefined);
  assert.equal(
    await planSlices(
      picture(2000, 1500, () => false),
      million,
    ),
    undefined,
  );
  assert.ok(
    await planSlices(
      picture(2000, 1500, () => false),
      { ...million, setting: 'slice' },
    ),
  );
  // A model that says nothing of the size at which it sees.
  const readSize = () => Promise.resolve({ readWidth: 0, readHeight: 0 });
  assert.equal(await planSlices(long, { ...million, readSize, setting: 'slice' }), undefined);
});

test('pieces_take_no_more_tokens_than_there_is_room_for', async () => {
  const long = picture(540, 10_000, () => false);
  const layout = await planSlices(long, { ...million, room: 3000 });
  const tokens = layout?.pieces.map(({ width, height }) => Number(million.countTokens(width, height))) ?? [];
  assert.ok(tokens.length > 1 && tokens.reduce((sum, n) => sum + n, 0) <= 3300, String(tokens));
  assert.equal(await planSlices(long, { ...million, room: 100 }), undefined);
});
