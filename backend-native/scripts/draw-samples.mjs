/** `npm run samples`: draws the sample screenshots in media/samples from the pages in test/fixtures/samples/screens. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { root } from './paths.mjs';
import { runMain, say } from './report.mjs';
import { eightPages } from './sample-pages.mjs';

const sources = path.join(root, 'test/fixtures/samples/screens');
const samples = path.join(root, 'media/samples');

await runMain(async () => {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  /** @param {string} file */
  const shoot = async (file) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // A palette makes a screen of flat colours a third of the size, and no letter looks different.
    await sharp(await page.screenshot())
      .png({ palette: true, colours: 128, effort: 10 })
      .toFile(file);
    say(`${path.relative(root, file)}: ${Math.round(fs.statSync(file).size / 1000)} kB`);
  };
  for (const source of fs.readdirSync(sources).filter((name) => name.endsWith('.html'))) {
    await page.goto(pathToFileURL(path.join(sources, source)).href);
    await shoot(path.join(samples, source.replace(/html$/, 'png')));
  }
  for (const [index, html] of eightPages().entries()) {
    await page.setContent(html);
    await shoot(path.join(samples, 'eight', `${index + 1}.png`));
  }
  await browser.close();
  return 0;
});
