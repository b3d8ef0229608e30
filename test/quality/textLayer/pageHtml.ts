import fs from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import type { Font, PageStyle } from './pageStyle.js';

/** A page of its own: fonts are in it, nothing is fetched. */
export function pageHtml(body: string, { theme, text, mono, size }: PageStyle): string {
  return `<!doctype html><meta charset="utf-8"><style>
${[text, mono].map(fontFace).join('\n')}
* { box-sizing: border-box; }
body { margin: 0; background: ${theme.ground}; color: ${theme.ink}; font: ${size}px/1.45 "${text.family}"; }
h2 { font-size: 1.5em; margin: 0 0 .6em; } p { margin: .4em 0 .8em; } small { font-size: 1em; color: ${theme.dim}; }
header, footer { background: ${theme.panel}; padding: .5em 1em; border-bottom: 1px solid ${theme.line}; }
nav { display: flex; gap: 2em; } a { color: ${theme.accent}; }
.mono { font-family: "${mono.family}"; } .line { white-space: pre; min-height: 1.45em; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 4em; padding: 1.5em; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; }
td, th { padding: .35em 1.5em .35em .5em; border-bottom: 1px solid ${theme.line}; }
.field { display: grid; grid-template-columns: 14em 1fr; margin: .7em 0; align-items: center; }
.input { border: 1px solid ${theme.line}; background: ${theme.panel}; padding: .35em .6em; border-radius: 4px; }
.short { width: 18em; } .buttons { margin-top: 1.5em; }
button { font: inherit; background: ${theme.accent}; color: ${theme.onAccent}; border: 0; padding: .5em 1.2em;
  margin-right: 2em; border-radius: 4px; }
.item { border-bottom: 1px solid ${theme.line}; padding: .6em 0; } .item b, .item small { display: block; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.5em; padding: 1.5em; }
.tile { background: ${theme.panel}; border: 1px solid ${theme.line}; padding: 1em; border-radius: 6px; }
.tile [data-unit] { display: block; } strong { font-size: 1.8em; }
.screen { padding: 1em; } .editor { display: flex; min-height: 400px; }
aside { width: 16em; background: ${theme.panel}; padding: .6em; border-right: 1px solid ${theme.line}; }
aside [data-unit] { white-space: nowrap; overflow: hidden; line-height: 1.7; } main { flex: 1; min-width: 0; }
.numbered { display: grid; grid-template-columns: 3.5em 1fr; } .numbered > :first-child { color: ${theme.dim};
  text-align: right; padding-right: 1.2em; } section { margin-bottom: 1.6em; }
section b { display: block; } footer [data-unit] { margin-right: 3em; }
.dim { color: ${theme.dim}; } .good { color: ${theme.good}; } .bad { color: ${theme.bad}; }
.warn { color: ${theme.warn}; } .accent { color: ${theme.accent}; }
</style><body>${body}`;
}

function fontFace({ family, package: name }: Font): string {
  if (name === undefined) return '';
  return [400, 700]
    .map((weight) => {
      const file = path.join(
        packageRoot(),
        'node_modules',
        '@fontsource',
        name,
        'files',
        `${name}-latin-${weight}-normal.woff2`,
      );
      const url = `data:font/woff2;base64,${fs.readFileSync(file).toString('base64')}`;
      return `@font-face { font-family: "${family}"; font-weight: ${weight}; src: url(${url}); }`;
    })
    .join('\n');
}
