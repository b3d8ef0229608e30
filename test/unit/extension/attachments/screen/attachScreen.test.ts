/** The command without VS Code: a script on the search path plays the program that captures the screen. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import { attachScreen } from '../../../../../extension/attachments/screen/attachScreen.js';
import { scratchFolder } from '../../../../scratch.js';

const options = { skip: process.platform !== 'linux' && 'Only Linux looks for its program on the search path' };

interface Desktop {
  /** What the user does with the list. */
  readonly picks?: 'now' | 'nothing';
  /** What scrot does; left out where it is not installed. */
  readonly scrot?: string;
  readonly display?: string;
  readonly remoteName?: string;
}

async function run(t: TestContext, { picks = 'now', scrot, display = ':1', remoteName }: Desktop) {
  const folder = scratchFolder(t);
  if (scrot !== undefined)
    fs.writeFileSync(path.join(folder, 'scrot'), `#!${process.execPath}\nconst file = process.argv[2]; ${scrot}`, {
      mode: 0o755,
    });
  const { DISPLAY, WAYLAND_DISPLAY, PATH } = process.env;
  for (const [name, value] of Object.entries({ DISPLAY, WAYLAND_DISPLAY, PATH }))
    t.after(() => {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    });
  Reflect.deleteProperty(process.env, 'WAYLAND_DISPLAY');
  Object.assign(process.env, { DISPLAY: display, PATH: folder });
  const told: string[] = [];
  const tell = (message: string) => {
    told.push(message);
  };
  Object.assign(vscode.env, { remoteName });
  Object.assign(vscode.window, {
    showInformationMessage: tell,
    showWarningMessage: tell,
    showQuickPick: (items: readonly unknown[]) => Promise.resolve(picks === 'now' ? items[0] : undefined),
    withProgress: (_: unknown, work: () => unknown) => work(),
  });
  const attached: { name: string; mime: string; text: string }[] = [];
  const logged: string[] = [];
  await attachScreen({
    draft: {
      addBytes: (name, mime, base64) => {
        attached.push({ name, mime, text: Buffer.from(base64, 'base64').toString() });
        return Promise.resolve();
      },
    },
    log: { info: (...parts: unknown[]) => logged.push(parts.join(' ')) },
  });
  return { attached, told: told.join('\n'), logged: logged.join('\n') };
}

const works = 'require("node:fs").writeFileSync(file, "a picture")';

test('a_picture_of_the_screen_is_attached', options, async (t) => {
  const { attached, told } = await run(t, { scrot: works });
  const [picture, ...more] = attached;
  assert.match(picture?.name ?? '', /^Screen \d\d\.\d\d\.\d\d\.png$/);
  assert.deepEqual([picture?.mime, picture?.text, more, told], ['image/png', 'a picture', [], '']);
});

test('who_thinks_better_of_it_has_nothing_captured', options, async (t) => {
  const { attached, told } = await run(t, { scrot: works, picks: 'nothing' });
  assert.deepEqual([attached, told], [[], '']);
});

test('without_a_program_it_is_said_which_one_to_install', options, async (t) => {
  const { attached, told, logged } = await run(t, {});
  assert.deepEqual(attached, []);
  assert.match(told, /Install scrot/);
  assert.match(logged, /scrot.*ENOENT/);
});

test('a_program_that_fails_is_in_the_log', options, async (t) => {
  const { told, logged } = await run(t, { scrot: 'console.error("no such display"); process.exit(1)' });
  assert.match(told, /could not be captured/);
  assert.match(logged, /no such display/);
});

test('where_the_screen_is_that_of_another_machine_nothing_is_captured', options, async (t) => {
  const { attached, told } = await run(t, { scrot: works, remoteName: 'ssh-remote' });
  assert.deepEqual(attached, []);
  assert.match(told, /another machine/);
});

test('without_a_desktop_that_is_said', options, async (t) => {
  const { attached, told } = await run(t, { scrot: works, display: '' });
  assert.deepEqual(attached, []);
  assert.match(told, /no desktop/);
});
