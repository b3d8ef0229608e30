/** The process that recognises text keeps to itself: later versions of its library report what is done to Microsoft. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { readImage } from '../../backend-native/server/attachments/pictures/images.js';
import { textLayerReader } from '../../backend-native/server/attachments/pictures/textLayer/readTextLayer.js';
import { recogniserFiles } from '../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserFiles.js';
import { RecogniserProcess } from '../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { temporaryDir } from '../fixtures/temporaryDir.js';

const files = recogniserFiles();
const skip = 'missing' in files ? `${files.missing.join(' and ')} not found: npm run ask fetches them` : false;

/** A person's machine, whose folders are empty: CI alone keeps that library from reporting. */
function atHome(t: TestContext, folder: string): void {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  for (const name of ['HOME', 'USERPROFILE', 'LOCALAPPDATA', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'TMPDIR'])
    process.env[name] = folder;
  for (const name of ['CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'ORT_DISABLE_TELEMETRY', 'ORT_RUNNING_UNIT_TESTS'])
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an empty variable is one that is set
    delete process.env[name];
}

test('what_recognises_text_leaves_nothing_in_the_folders_of_its_user', { skip }, async (t) => {
  const folder = await temporaryDir(t);
  atHome(t, folder);
  const recogniser = new RecogniserProcess();
  t.after(() => {
    recogniser.close();
  });
  const drawn =
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="80"><rect width="300" height="80" fill="white"/>' +
    '<text x="20" y="40" font-family="sans-serif" font-size="18">Nothing leaves</text></svg>';
  const page = await sharp(Buffer.from(drawn)).png().toBuffer();
  const picture = await readImage({ name: 'a.png', base64: page.toString('base64') });
  const outcome = await textLayerReader(recogniser, () => undefined).read(picture, {
    signal: new AbortController().signal,
  });
  assert.equal(outcome.status, 'read');
  assert.deepEqual(fs.readdirSync(folder, { recursive: true }), []);
});
