/** How the pages of the text layer's measurement look: fonts, sizes, colours. */
import type { Random } from '../../fixtures/random.js';
import { pick } from '../content/choose.js';

export interface PageStyle {
  readonly theme: Theme;
  readonly text: Font;
  readonly mono: Font;
  /** CSS pixels of plain text. */
  readonly size: number;
  /** Pixels of the screen to one CSS pixel. */
  readonly scale: 1 | 2;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Font {
  readonly family: string;
  /** The package that brings it; the system's own when left out. */
  readonly package?: string;
}

export interface Theme {
  readonly name: string;
  readonly ground: string;
  readonly panel: string;
  readonly ink: string;
  readonly dim: string;
  readonly line: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
}

const textFonts: readonly Font[] = [
  { family: 'Inter', package: 'inter' },
  { family: 'Open Sans', package: 'open-sans' },
  { family: 'Roboto', package: 'roboto' },
  { family: 'Source Serif 4', package: 'source-serif-4' },
  { family: 'DejaVu Sans' },
];
const monoFonts: readonly Font[] = [
  { family: 'JetBrains Mono', package: 'jetbrains-mono' },
  { family: 'IBM Plex Mono', package: 'ibm-plex-mono' },
  { family: 'DejaVu Sans Mono' },
];

const themes: readonly Theme[] = [
  theme('light', '#ffffff #f3f4f6 #1f2328 #656d76 #d0d7de #0969da #ffffff #1a7f37 #cf222e #9a6700'),
  theme('paper', '#fdf6e3 #eee8d5 #3b4a4f #77868a #d9d2bf #268bd2 #ffffff #5f7a00 #c4302b #a57705'),
  theme('grey', '#eceff1 #ffffff #263238 #607d8b #cfd8dc #00796b #ffffff #2e7d32 #c62828 #ef6c00'),
  theme('dark', '#1e1e1e #252526 #d4d4d4 #8b8b8b #3c3c3c #0e639c #ffffff #4ec9b0 #f48771 #cca700'),
  theme('night', '#0d1117 #161b22 #e6edf3 #7d8590 #30363d #1f6feb #ffffff #3fb950 #f85149 #d29922'),
  theme('black', '#000000 #111111 #e8e8e8 #9a9a9a #333333 #5a3fd6 #ffffff #00d75f #ff5f5f #ffd75f'),
];

/** CSS pixels. */
export const sizes = [11, 12, 13, 14, 15, 16, 18, 20] as const;

const screens = [
  { width: 1280, height: 800 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 1100, height: 2200 },
] as const;

/** @param index of the page: sizes, themes and scales take turns, so that every kind of page sees all of them */
export function styleOf(random: Random, index: number): PageStyle {
  const scale = index % 4 === 3 ? 2 : 1;
  const screen = scale === 2 ? screens[0] : pick(random, screens);
  return {
    theme: themes[index % themes.length] ?? pick(random, themes),
    text: pick(random, textFonts),
    mono: pick(random, monoFonts),
    size: sizes[index % sizes.length] ?? 13,
    scale,
    ...screen,
  };
}

function theme(name: string, colours: string): Theme {
  const [
    ground = '',
    panel = '',
    ink = '',
    dim = '',
    line = '',
    accent = '',
    onAccent = '',
    good = '',
    bad = '',
    warn = '',
  ] = colours.split(' ');
  return { name, ground, panel, ink, dim, line, accent, onAccent, good, bad, warn };
}
