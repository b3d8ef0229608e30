import fs from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';
import { settingsFrom, type CurrentSettings } from '../../../../extension/settings/currentSettings.js';
import { schemaOf } from '../../../../extension/settings/schema.js';

export interface SettingsDouble {
  readonly current: CurrentSettings;
  change(values: Partial<CurrentSettings>): void;
}

/** The defaults of package.json, with what a test wants otherwise. */
export function settingsOf(values: Partial<CurrentSettings> = {}): SettingsDouble {
  const schema = schemaOf(JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')));
  let current: CurrentSettings = {
    ...settingsFrom(
      (name) => schema.get(name)?.default,
      (given) => given,
      '/storage/cache',
    ),
    ...values,
  };
  return {
    get current() {
      return current;
    },
    change: (more) => {
      current = { ...current, ...more };
    },
  };
}
