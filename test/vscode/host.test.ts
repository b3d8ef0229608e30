/**
 * The extension in the extension host of a real workbench: each test here opens one, and runs a file of host/ in it.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { hubServer } from '../fixtures/hub/hubServer.js';
import { writeScriptedModel } from '../fixtures/scriptedModel.js';
import { toolScript } from '../fixtures/toolTemplate.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { isAlive } from './host/processes.js';
import { runHostSuite, runUntilFact } from './hostRun.js';
import { whyNoWorkbench } from './workbench.js';

const options = { skip: whyNoWorkbench() };

test('asking_the_embedded_model', options, async (t) => {
  await runHostSuite(t, { suite: 'ask', workspace: scratchFolder(t) });
});

test('attaching_folders_and_parts_of_pictures', options, async (t) => {
  await runHostSuite(t, { suite: 'attaching', workspace: scratchFolder(t) });
});

test('a_model_and_tools_for_others', options, async (t) => {
  await runHostSuite(t, { suite: 'chat', workspace: scratchFolder(t) });
});

test('a_model_that_calls_tools', options, async (t) => {
  const model = await writeScriptedModel(scratchFolder(t), toolScript());
  const settings = { 'lookOnce.model.path': model };
  await runHostSuite(t, { suite: 'toolCalls', workspace: scratchFolder(t), settings });
});

test('pictures_in_texts_and_notebooks', options, async (t) => {
  await runHostSuite(t, { suite: 'imageLinks', workspace: scratchFolder(t) });
});

test('a_model_of_the_hub', options, async (t) => {
  const { model, mmproj } = await writeFixture('llamaGqa', scratchFolder(t));
  const files = { 'tiny-Q8_0.gguf': fs.readFileSync(model), 'mmproj-tiny-f16.gguf': fs.readFileSync(mmproj) };
  const hub = await hubServer(t, { 'test/tiny': { files } });
  const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: scratchFolder(t), HOME: scratchFolder(t) };
  await runHostSuite(t, { suite: 'models', workspace: scratchFolder(t), env });
  assert.ok(hub.requests.length > 0);
});

test('the_life_of_the_backend', options, async (t) => {
  await runHostSuite(t, { suite: 'backendLife', workspace: scratchFolder(t), settings: await endlessModel(t) });
});

test('a_backend_whose_extension_host_is_killed_ends_too', options, async (t) => {
  const { facts } = await runUntilFact(
    { suite: 'abandoned', workspace: scratchFolder(t), settings: await endlessModel(t) },
    'abandonedPid',
    async ({ facts }) => {
      const pid = Number(facts['abandonedPid']);
      for (let tries = 0; tries < 100 && isAlive(pid); tries++) await sleep(100);
      assert.equal(isAlive(pid), false, 'the backend outlives the extension host by more than 10 s');
    },
  );
  assert.ok(Number(facts['abandonedPid']) > 0);
});

test('a_window_that_is_opened_again', options, async (t) => {
  const window = { workspace: scratchFolder(t), profile: scratchFolder(t) };
  await runHostSuite(t, { ...window, suite: 'firstWindow' });
  await runHostSuite(t, { ...window, suite: 'secondWindow' });
});

test('a_workspace_of_several_folders', options, async (t) => {
  await runHostSuite(t, { suite: 'screenshots', workspace: severalFolders(scratchFolder(t)) });
});

test('a_workspace_of_50000_files', options, async (t) => {
  const folder = scratchFolder(t);
  for (let index = 0; index < 50_000; index++) {
    const inside = path.join(folder, `part-${Math.floor(index / 500)}`);
    if (index % 500 === 0) fs.mkdirSync(inside);
    fs.writeFileSync(path.join(inside, index % 1000 === 0 ? `${index}.png` : `${index}.txt`), '');
  }
  await runHostSuite(t, { suite: 'manyFiles', workspace: folder });
});

test('a_workspace_that_is_not_trusted', options, async (t) => {
  const folder = scratchFolder(t);
  fs.mkdirSync(path.join(folder, '.vscode'));
  writeFile(folder, '.vscode/settings.json', JSON.stringify({ 'lookOnce.model.path': '/nowhere/model.gguf' }));
  await runHostSuite(t, {
    suite: 'untrusted',
    workspace: folder,
    workspaceTrust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
  });
});

/** Settings with a random model that never ends its answer. */
async function endlessModel(t: TestContext): Promise<Record<string, unknown>> {
  const { model, mmproj } = await writeFixture('smolvlm', scratchFolder(t), { contextLength: 131_072, nLayer: 12 });
  return {
    'lookOnce.model.path': model,
    'lookOnce.model.projectorPath': mmproj,
    'lookOnce.generation.maxTokens': 100_000,
  };
}

/** Two folders with three images to find, among some that are excluded, ignored, or no images. */
function severalFolders(scratch: string): string {
  const image = fs.readFileSync(path.join(packageRoot(), 'test/fixtures/samples/tiny/terminal.png'));
  const put = (name: string, minutesAgo: number, content: string | Uint8Array = image) => {
    fs.mkdirSync(path.dirname(path.join(scratch, name)), { recursive: true });
    const file = writeFile(scratch, name, content);
    const time = Date.now() / 1000 - 60 * minutesAgo;
    fs.utimesSync(file, time, time);
  };
  put('one/newest.png', 1);
  put('one/pictures/oldest.webp', 3);
  put('two/middle.jpg', 2);
  put('two/notes.txt', 1, 'no image');
  put('two/.gitignore', 1, 'build/\n');
  put('two/build/ignored.png', 1);
  put('two/excluded/excluded.png', 1);
  return writeFile(
    scratch,
    'both.code-workspace',
    JSON.stringify({
      folders: [{ path: 'one' }, { path: 'two' }],
      settings: { 'files.exclude': { '**/excluded': true } },
    }),
  );
}
