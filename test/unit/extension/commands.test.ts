import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../backend-native/server/packageRoot.js';
import { commandTable } from '../../../extension/commands.js';
import type { Services } from '../../../extension/services.js';
import { statusMenuCommand } from '../../../extension/status.js';

test('package_json_and_the_table_have_the_same_commands', () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { contributes: { commands: { command: string }[] } };
  const declared = manifest.contributes.commands.map(({ command }) => command);
  const table = Object.keys(commandTable({} as Services, () => []));
  assert.deepEqual(table.filter((name) => name !== statusMenuCommand).sort(), declared.sort());
});
