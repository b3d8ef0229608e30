import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureNoteText } from '../../../../../backend-native/protocol/pictureNotes.js';
import { readImage } from '../../../../../backend-native/server/attachments/pictures/images.js';

test('what_an_svg_takes_from_elsewhere_is_not_fetched_and_said', async () => {
  const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const svg = (inner: string) => `<svg ${names} width="30" height="30">${inner}</svg>`;
  const notesOf = async (inner: string) =>
    (await readImage({ name: 'a.svg', base64: Buffer.from(svg(inner)).toString('base64') })).notes ?? [];
  const notes = await notesOf(
    '<image href="https://example.org/a.png" width="9"/><image xlink:href="b.png"/><use href="icons.svg#x"/>',
  );
  assert.deepEqual(notes, [{ kind: 'partsElsewhere', count: 3 }]);
  assert.match(notes.map(pictureNoteText).join(''), /3 of its pictures are in other files, which are not fetched/);
  const own = '<defs><g id="g"/></defs><use href="#g"/><image href="data:image/png;base64,AAAA"/><a href="x"/>';
  assert.deepEqual(await notesOf(own), []);
});
