/** What the pages of the text layer's measurement say: made up, but as it is written on real screens. */
import type { Random } from '../../fixtures/random.js';
import { between, pick } from '../content/choose.js';
import { endings, fillers, labels, names, roles, states, things } from '../content/words.js';

export class PageWords {
  constructor(private readonly random: Random) {}

  get name(): string {
    return pick(this.random, names);
  }

  get word(): string {
    return pick(
      this.random,
      [...things, ...fillers, ...labels].filter((text) => !text.includes(' ')),
    );
  }

  get label(): string {
    return capitalised(pick(this.random, [...labels, ...things, ...roles]));
  }

  get state(): string {
    return pick(this.random, [...states, 'Passed', 'Failed', 'Queued', 'In progress', 'Blocked']);
  }

  get file(): string {
    return `${this.name}${pick(this.random, ['-', '_', ''])}${this.word}.${pick(this.random, [
      ...endings,
      'ts',
      'py',
      'json',
      'md',
    ])}`;
  }

  get path(): string {
    return `${pick(this.random, ['src', 'lib', 'test', '/var/log', '~/work'])}/${this.name}/${this.file}`;
  }

  get number(): string {
    const value = between(this.random, 0, 99_999);
    return pick(this.random, [
      `${value}`,
      value.toLocaleString('en'),
      `${value / 100}`,
      `${value % 100}%`,
      `$${(value / 100).toFixed(2)}`,
    ]);
  }

  get date(): string {
    const day = between(this.random, 10, 28);
    const month = between(this.random, 1, 9);
    return pick(this.random, [`2026-0${month}-${day}`, `${day} Mar 2026`, `${day}:4${month}`, `${month} days ago`]);
  }

  get code(): string {
    return `${pick(this.random, ['E', 'ERR-', 'TS', '#', 'v'])}${between(this.random, 100, 9999)}`;
  }

  get id(): string {
    return Array.from({ length: 8 }, () => between(this.random, 0, 15).toString(16)).join('');
  }

  get value(): string {
    return pick(this.random, [this.number, this.date, this.state, this.name, this.code]);
  }

  sentence(words = between(this.random, 6, 16)): string {
    const text = Array.from({ length: words }, (_, i) =>
      i > 0 && i % 6 === 5
        ? pick(this.random, [this.number, this.code, this.file, `“${this.word}”`, `(${this.word})`])
        : this.word,
    ).join(' ');
    return `${capitalised(text)}${pick(this.random, ['.', '.', '.', '?', '!', ':'])}`;
  }

  paragraph(): string {
    return Array.from({ length: between(this.random, 2, 5) }, () => this.sentence()).join(' ');
  }

  between(least: number, most: number): number {
    return between(this.random, least, most);
  }

  pick<T>(from: readonly T[]): T {
    return pick(this.random, from);
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
