/**
 * Renders the pictures of the screens anew:  node test/quality/screens/make/render.mjs [NAME...]
 *
 * Needs Chromium (CHROMIUM names it, /usr/bin/chromium otherwise) and the fonts that README.md lists. Pictures of real
 * programs are not made here: `programs.sh` takes them from a virtual display. What is committed is the picture.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import hljs from 'highlight.js';
import MarkdownIt from 'markdown-it';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { documentation, editors, terminals } from './looks.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const pictures = path.join(path.dirname(here), 'pictures');
const root = path.resolve(here, '../../../..');

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--font-render-hinting=none'],
});
const wanted = process.argv.slice(2);
for (const file of fs.readdirSync(pictures).filter((name) => name.endsWith('.json'))) {
  const name = path.basename(file, '.json');
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const html = pageOf(name);
  if (html === undefined) continue;
  const { size } = JSON.parse(fs.readFileSync(path.join(pictures, file), 'utf8'));
  const page = await browser.newPage({ viewport: { width: size[0], height: size[1] } });
  await page.setContent(`<!doctype html><meta charset="utf-8">${html}`);
  const png = await page.screenshot();
  await page.close();
  await sharp(png)
    .webp({ lossless: true, effort: 6 })
    .toFile(path.join(pictures, `${name}.webp`));
  process.stdout.write(`${name}\n`);
}
await browser.close();

/** @param {string} name @returns {string | undefined} undefined for pictures that no page is behind */
function pageOf(name) {
  const own = path.join(here, 'pages', `${name}.html`);
  if (fs.existsSync(own)) return fs.readFileSync(own, 'utf8');
  if (name in terminals)
    return terminal(fs.readFileSync(path.join(here, 'terminals', `${name}.ansi`), 'utf8'), terminals[name]);
  if (name in editors) return editor(editors[name]);
  if (name in documentation) return documented(documentation[name]);
  return undefined;
}

function terminal(text, { font, ground, ink, palette, title }) {
  const colours = palette.split(' ');
  const bar =
    title === ''
      ? ''
      : `<div style="background:#d0d0d4;color:#333;font:14px Cantarell;text-align:center;padding:7px">${title}</div>`;
  return `<style>
    body{margin:0;background:${ground};color:${ink}}
    pre{font:${font};line-height:1.32;margin:12px 16px;white-space:pre-wrap}</style>
    ${bar}<pre>${ansiToHtml(text, colours)}</pre>`;
}

/** The colours and weights of SGR sequences; every other escape sequence is dropped. */
function ansiToHtml(text, colours) {
  let style = { bold: false, colour: '', ground: '' };
  return (
    text
      // eslint-disable-next-line no-control-regex -- escape sequences begin with one
      .split(/(\x1b\[[0-9;]*[A-Za-z])/)
      .map((part) => {
        if (!part.startsWith('\x1b')) {
          const css = `${style.bold ? 'font-weight:700;' : ''}${style.colour ? `color:${style.colour};` : ''}${
            style.ground ? `background:${style.ground};` : ''
          }`;
          return part === '' ? '' : `<span style="${css}">${escaped(part)}</span>`;
        }
        if (part.endsWith('m'))
          style = part
            .slice(2, -1)
            .split(';')
            .map(Number)
            .reduce((now, code) => sgr(now, code, colours), style);
        return '';
      })
      .join('')
  );
}

function sgr(now, code, colours) {
  if (code === 0) return { bold: false, colour: '', ground: '' };
  if (code === 1) return { ...now, bold: true };
  if (code === 22) return { ...now, bold: false };
  if (code === 39) return { ...now, colour: '' };
  if (code >= 30 && code <= 37) return { ...now, colour: colours[code - 30] };
  if (code >= 90 && code <= 97) return { ...now, colour: colours[code - 82] };
  if (code >= 40 && code <= 47) return { ...now, ground: colours[code - 40] };
  return now;
}

function editor({ file, language, style, font, tabs, current = 0, marked, problem }) {
  const source = path.join(file.startsWith('sources/') ? here : root, file);
  const css = fs.readFileSync(path.join(root, `node_modules/highlight.js/styles/${style}.css`), 'utf8');
  const lines = hljs.highlight(fs.readFileSync(source, 'utf8'), { language }).value.split('\n').slice(0, 46);
  const row = (line, i) =>
    '<div><span ' +
    `style="display:inline-block;width:46px;opacity:.45;text-align:right;margin-right:22px">${i + 1}</span>` +
    `<span${marked.includes(i + 1) ? ' style="text-decoration:underline wavy red"' : ''}>${line}</span></div>`;
  const tab = (name, i) =>
    '<span style="padding:9px ' +
    `18px;${i === current ? 'border-bottom:3px solid #e0823d;font-weight:700' : 'opacity:.5'}">${name}</span>`;
  return `<style>${css} body{margin:0} pre{margin:0;font:${font};line-height:1.45;white-space:pre-wrap}</style>
    <div class="hljs" style="height:100vh;padding:0;overflow:hidden">
    <div style="font:15px Cantarell;padding:9px 0;border-bottom:1px solid #8884">${tabs.map(tab).join('')}</div>
    <pre style="padding:12px 0">${lines.map(row).join('')}</pre>
    <div style="position:fixed;left:0;right:0;bottom:0;background:#5c6bc0;color:#fff;font:14px Cantarell;
    padding:6px 14px">${escaped(problem)}</div></div>`;
}

function documented({ file, from, css }) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  return `<style>${css}</style>${new MarkdownIt().render(text.slice(Math.max(0, text.indexOf(from))))}`;
}

function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
