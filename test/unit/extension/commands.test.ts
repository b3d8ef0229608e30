import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { commandTable, type CommandServices } from '../../../extension/commands.js';
import { statusMenuCommand } from '../../../extension/status.js';

test('package_json_and_the_table_have_the_same_commands', () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {
    contributes: { commands: { command: string }[] };
  };
  const declared = manifest.contributes.commands.map(({ command }) => command);
  const table = Object.keys(commandTable({} as CommandServices, () => []));
  assert.deepEqual(table.filter((name) => name !== statusMenuCommand).sort(), declared.sort());
});

test('what_was_kept_is_shown_of_the_newest_answer_about_images', async () => {
  const shown: unknown[] = [];
  const answer = (hasKvMap: boolean) => ({ hasKvMap });
  const services = {
    conversations: {
      ready: () => Promise.resolve(),
      open: {
        turns: [
          { id: 'a', answers: [answer(true)] },
          { id: 'b', answers: [answer(true), answer(true)] },
          { id: 'c', answers: [answer(false)] },
        ],
      },
    },
    panel: {
      reveal: () => Promise.resolve(),
      showKvMap: (...target: unknown[]) => {
        shown.push(target);
      },
    },
  } as unknown as CommandServices;
  await commandTable(services, () => [])['lookOnce.showKvMap']?.();
  assert.deepEqual(shown, [['b', 1, 0]]);
});
