/**
 * `npm run quality -- --text-layer`: how much of what is written on rendered pages the text layer has, and what that
 * takes.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitStatus } from '../../../backend-native/cli/usage.js';
import { readImage } from '../../../backend-native/server/attachments/pictures/images.js';
import { textLayerReader } from '../../../backend-native/server/attachments/pictures/textLayer/readTextLayer.js';
import { RecogniserProcess } from '../../../backend-native/server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textOf, type TextLayer } from '../../../backend-native/server/attachments/pictures/textLayer/textLayer.js';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { randomOf } from '../content/choose.js';
import { pageHtml } from './pageHtml.js';
import { pageKinds } from './pageKinds.js';
import { styleOf, type PageStyle } from './pageStyle.js';
import { PageWords } from './pageWords.js';
import { openBrowser, renderPage } from './renderPage.js';
import { reportOf, type MeasuredPage } from './report.js';
import { scorePage } from './scorePage.js';

const defaultPages = 220;

export async function measureTextLayer(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'text-layer': { type: 'boolean' },
      'pages': { type: 'string' },
      'kinds': { type: 'string' },
      'out': { type: 'string' },
      'keep': { type: 'boolean' },
    },
  });
  const out = path.resolve(values.out ?? path.join(packageRoot(), 'dist', 'quality-text-layer'));
  fs.mkdirSync(out, { recursive: true });
  const kinds = values.kinds?.split(',') ?? Object.keys(pageKinds);
  const pages: MeasuredPage[] = [];
  const recogniser = new RecogniserProcess();
  const browser = await openBrowser();
  try {
    for (let i = 0; i < Number(values.pages ?? defaultPages); i += 1) {
      const kind = kinds[i % kinds.length] ?? 'article';
      const turn = Math.floor(i / kinds.length);
      const page = await measurePage(kind, turn, browser, recogniser);
      pages.push(page.measured);
      const right = page.measured.words.filter((word) => word.right).length;
      process.stderr.write(`[text-layer] ${i + 1} ${page.name}: ${right} of ${page.measured.words.length} words\n`);
      if (values.keep === true) {
        fs.writeFileSync(path.join(out, `${page.name}.png`), page.png);
        fs.writeFileSync(path.join(out, `${page.name}.txt`), `${page.wrong.join('\n')}\n\n${page.text}\n`);
      }
    }
  } finally {
    recogniser.close();
    await browser.close();
  }
  fs.writeFileSync(path.join(out, 'pages.json'), JSON.stringify(pages));
  const report = reportOf(pages, os.cpus()[0]?.model ?? 'unknown processor');
  fs.writeFileSync(path.join(out, 'report.md'), report);
  process.stdout.write(report);
  return exitStatus.done;
}

async function measurePage(
  kind: string,
  turn: number,
  browser: Awaited<ReturnType<typeof openBrowser>>,
  recogniser: RecogniserProcess,
) {
  const random = randomOf('text-layer', kind, turn);
  const style: PageStyle = styleOf(random, turn + kind.length);
  const make = pageKinds[kind];
  if (!make) throw new RangeError(`Expected one of ${Object.keys(pageKinds).join(', ')} but received ${kind}`);
  const rendered = await renderPage(browser, pageHtml(make(new PageWords(random), style), style), style);
  const picture = await readImage({ name: `${kind}.png`, base64: rendered.png.toString('base64') });
  let usage = { cpuMs: 0, peakRssBytes: 0 };
  const reader = textLayerReader(
    {
      recognise: async (...given) => {
        const recognised = await recogniser.recognise(...given);
        if (recognised.status === 'read') usage = recognised.usage;
        return recognised;
      },
    },
    () => undefined,
  );
  const started = performance.now();
  const outcome = await reader.read(picture, { signal: new AbortController().signal });
  const ms = performance.now() - started;
  const layer: TextLayer = outcome.status === 'read' ? outcome.layer : { lines: [] };
  const { words, inPageOrder } = scorePage(rendered, layer);
  const { size, scale } = style;
  const measured: MeasuredPage = {
    kind,
    size,
    scale,
    theme: style.theme.name,
    width: picture.width,
    height: picture.height,
    words: words.map((word) => ({ size: word.size, right: word.right })),
    inPageOrder,
    ms,
    ...usage,
  };
  return {
    name: `${kind}-${turn}-${size}px-${style.theme.name}-x${scale}`,
    measured,
    png: rendered.png,
    wrong: words.filter((word) => !word.right).map(({ text, box }) => `${box.map(Math.round).join(',')} ${text}`),
    text: textOf(layer, { marks: true }),
  };
}
