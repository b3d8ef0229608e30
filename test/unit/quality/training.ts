/** What the stand-in model was trained on, read from the training scripts themselves: a change there is seen here. */
import fs from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';

const lists = ['LABELS', 'BUTTONS', 'ITEMS', 'HEADERS', 'VERBS', 'EXTENSIONS'] as const;

const folder = path.join(packageRoot(), 'backend-native', 'train', 'tiny');

export function trainingFile(name: string): string {
  return fs.readFileSync(path.join(folder, name), 'utf8');
}

/** Every word of the lists that screens and documents are made from, lower case. */
export function trainingWords(): Set<string> {
  const scripts = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.py'))
    .map(trainingFile)
    .join('\n');
  const words = lists.flatMap((name) => {
    const found = new RegExp(`^${name} = "{1,3}([^"]+)"{1,3}\\.split\\(\\)`, 'm').exec(scripts)?.[1];
    if (found === undefined) throw new Error(`Expected the list ${name} in the training scripts`);
    return found.split(/\s+/);
  });
  const names = /^NAMES = \[([^\]]+)/m.exec(scripts)?.[1];
  if (names === undefined) throw new Error('Expected the list NAMES in the training scripts');
  return new Set(
    [...words, ...[...names.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? '')].map((word) => word.toLowerCase()),
  );
}

/** Names of the screens that are drawn. */
export function trainingLayouts(): string[] {
  const found = ['layouts.py', 'pages.py'].flatMap((file) =>
    [...trainingFile(file).matchAll(/^ {4}def (\w+)\(self, width, height, pixels\)/gm)].map((match) => match[1] ?? ''),
  );
  if (found.length < 11)
    throw new Error(
      `Expected at least eleven kinds of screens in layouts.py and pages.py but found ${found.join(', ')}`,
    );
  return found;
}

/** Words that questions are made of: those of the vocabulary, and those of the wordings in questions.py. */
export function questionWords(): Set<string> {
  const wordings = /^WORDINGS = \{[\s\S]+?^\}/m.exec(trainingFile('questions.py'))?.[0];
  if (wordings === undefined) throw new Error('Expected WORDINGS in questions.py');
  return new Set(
    [...trainingFile('vocabulary.txt').split('\n'), ...(wordings.match(/[A-Za-z]+/g) ?? [])].map((word) =>
      word.toLowerCase(),
    ),
  );
}
