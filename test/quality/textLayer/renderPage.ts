/// <reference lib="dom" />
/** Pages in Chromium, and what the browser says is written on them, where. */
import { chromium, type Browser } from 'playwright-core';
import type { PageStyle } from './pageStyle.js';

export interface TrueWord {
  readonly text: string;
  /** Pixels of the picture: left, top, width, height. */
  readonly box: readonly [number, number, number, number];
  /** CSS pixels. */
  readonly size: number;
}

export interface RenderedPage {
  readonly png: Buffer;
  /** What is read on its own, in the order of its text. */
  readonly blocks: readonly { readonly box: TrueWord['box']; readonly words: readonly TrueWord[] }[];
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
  });
}

export async function renderPage(browser: Browser, html: string, style: PageStyle): Promise<RenderedPage> {
  const { width, height, scale } = style;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  try {
    const page = await context.newPage();
    await page.setContent(html);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const blocks = await page.evaluate(wordsOnPage, scale);
    return { png: await page.screenshot(), blocks };
  } finally {
    await context.close();
  }
}

/** Runs in the page. Words that are not wholly on the screen are none. */
function wordsOnPage(scale: number): RenderedPage['blocks'] {
  const onScreen = (rect: DOMRect, clip: DOMRect) =>
    rect.width > 0 &&
    rect.left >= 0 &&
    rect.top >= 0 &&
    rect.right <= Math.min(innerWidth, clip.right + 1) &&
    rect.bottom <= innerHeight;
  const inPixels = (rect: DOMRect) =>
    [rect.left * scale, rect.top * scale, rect.width * scale, rect.height * scale] as const;
  return [...document.querySelectorAll('[data-block]')].flatMap((block) => {
    const words = [...block.querySelectorAll('[data-unit]')].flatMap((unit) => {
      const nodes: { node: Text; start: number }[] = [];
      let text = '';
      const walker = document.createTreeWalker(unit, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        nodes.push({ node: node as Text, start: text.length });
        text += node.textContent ?? '';
      }
      const size = parseFloat(getComputedStyle(unit).fontSize);
      const place = (at: number) =>
        nodes.findLast(({ start }) => start <= at) ?? { node: document.createTextNode(''), start: 0 };
      return [...text.matchAll(/\S+/g)].flatMap((match) => {
        const range = document.createRange();
        const first = place(match.index);
        const last = place(match.index + match[0].length - 1);
        range.setStart(first.node, match.index - first.start);
        range.setEnd(last.node, match.index + match[0].length - last.start);
        const rect = range.getBoundingClientRect();
        // A word that is broken into two lines is two words on the screen.
        if (!onScreen(rect, unit.getBoundingClientRect()) || rect.height > 2 * size * 1.45) return [];
        return [{ text: match[0], box: inPixels(rect), size }];
      });
    });
    return words.length === 0 ? [] : [{ box: inPixels(block.getBoundingClientRect()), words }];
  });
}
