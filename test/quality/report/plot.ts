import { wilson } from '../score/statistics.js';
import type { Cell } from './aggregate.js';

const panel = { width: 260, height: 180, left: 40, top: 30, right: 14, bottom: 30 } as const;
const panelsInRow = 4;
const legendRow = 20;

/**
 * How a rule is drawn: colours that are told apart by colour-blind eyes (Okabe and Ito 2008), on light and on dark, and
 * marks that need none.
 */
const hues = [
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#c04a00', dark: '#ff8c42' },
  { light: '#00795a', dark: '#2fc79a' },
  { light: '#a03f78', dark: '#e79cc8' },
  { light: '#8a6100', dark: '#f0c000' },
  { light: '#5b4bb5', dark: '#b0a4ff' },
  { light: '#666666', dark: '#a8a8a8' },
] as const;
const marks = [circle, square, triangle, diamond, cross] as const;

const style = (['light', 'dark'] as const)
  .map((theme) => {
    const [ground, ink, faint, grid] =
      theme === 'light' ? ['#ffffff', '#1f2328', '#59636e', '#d8dee4'] : ['#0d1117', '#f0f6fc', '#9198a1', '#30363d'];
    const rules = [
      `.ground{fill:${ground}}text{fill:${ink}}.faint{fill:${faint}}.grid{stroke:${grid}}`,
      `.full{stroke:${ink}}.band{fill:${ink};opacity:.1}`,
      ...hues.map((hue, i) => `.line${i}{stroke:${hue[theme]}}.mark${i}{fill:${hue[theme]};stroke:${ground}}`),
    ].join('');
    return theme === 'light' ? rules : `@media (prefers-color-scheme:dark){${rules}}`;
  })
  .join('\n');

/**
 * Exact match against the budget: a panel per task, a line per rule, the full cache as a dashed line in its interval.
 * It follows the reader's light or dark theme, and has a ground of its own where there is none to follow.
 */
export function plotSvg(cells: readonly Cell[], rules: readonly string[], budgets: readonly number[]): string {
  const full = cells.filter(({ rule }) => rule === 'full');
  const axis = [...budgets].sort((a, b) => a - b);
  const width = panelsInRow * panel.width;
  const legend = Math.ceil(full.length / panelsInRow) * panel.height + 10;
  const height = legend + legendRow * (Math.ceil((rules.length + 1) / panelsInRow) + 1);
  const panels = full.map((cell, i) => {
    const own = cells.filter(({ column }) => column === cell.column);
    return (
      `<g transform="translate(${(i % panelsInRow) * panel.width} ` +
      `${Math.floor(i / panelsInRow) * panel.height})">${drawPanel(cell, own, rules, axis)}</g>`
    );
  });
  const names = ['full', ...rules].map((name, i) => {
    const [x, y] = [20 + (i % panelsInRow) * panel.width, legend + legendRow * (1 + Math.floor(i / panelsInRow))];
    return (
      `<path d="M${x} ${y - 4}h24" ${stroke(i - 1)}/>${i === 0 ? '' : mark(i - 1, x + 12, y - 4)}<text ` +
      `x="${x + 32}" y="${y}">${escaped(name)}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"
  font-family="sans-serif" font-size="12"
  role="img" aria-label="Exact match by budget, one panel per task">
<style>
${style}
</style>
<rect class="ground" width="${width}" height="${height}"/>
${[...panels, ...names].join('\n')}
</svg>
`;
}

function drawPanel(full: Cell, own: readonly Cell[], rules: readonly string[], axis: readonly number[]): string {
  const [right, bottom] = [panel.width - panel.right, panel.height - panel.bottom];
  const x = (i: number) => round(panel.left + ((right - panel.left) * (i + 0.5)) / axis.length);
  const y = (of: number) => round(bottom - (bottom - panel.top) * of);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (of) =>
      `<path class="grid" d="M${panel.left} ${y(of)}H${right}"/><text class="faint" x="${panel.left - 5}" ` +
      `y="${y(of) + 4}" text-anchor="end">${100 * of}</text>`,
  );
  const ticks = axis.map(
    (budget, i) =>
      `<text class="faint" x="${x(i)}" y="${bottom + 16}" text-anchor="middle">${round(100 * budget)} %</text>`,
  );
  const reference =
    full.count === 0
      ? ''
      : (({ low, high }) =>
          `<rect class="band" x="${panel.left}" y="${y(high)}" width="${right - panel.left}" ` +
          `height="${round(y(low) - y(high))}"/><path d="M${panel.left} ` +
          `${y(full.right / full.count)}H${right}" ${stroke(-1)}/>`)(wilson(full.right, full.count));
  const curves = rules.map((rule, i) => {
    const points = axis.flatMap((budget, k) => {
      const cell = own.find((other) => other.rule === rule && other.budget === budget);
      return cell && cell.count > 0 ? [[x(k), y(cell.right / cell.count)] as const] : [];
    });
    return points.length === 0
      ? ''
      : `<path d="M${points.map(([px, py]) => `${px} ${py}`).join('L')}" ` +
          `${stroke(i)}/>${points.map(([px, py]) => mark(i, px, py)).join('')}`;
  });
  return (
    `<text x="${panel.left}" y="18" ` +
    `font-weight="bold">${escaped(full.column.name)}</text>${[...grid, ...ticks, reference, ...curves].join('')}`
  );
}

/** @param rule its number; -1 for the full cache */
function stroke(rule: number): string {
  if (rule < 0) return 'class="full" stroke-dasharray="5 3" fill="none"';
  return (
    `class="line${rule % hues.length}" stroke-width="1.8"${rule >= hues.length ? ' stroke-dasharray="2 2"' : ''} ` +
    'fill="none"'
  );
}

function mark(rule: number, x: number, y: number): string {
  return `<path class="mark mark${rule % hues.length}" d="${(marks[rule % marks.length] ?? circle)(x, y)}"/>`;
}

function circle(x: number, y: number): string {
  return `M${round(x - 3.2)} ${y}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z`;
}

function square(x: number, y: number): string {
  return `M${round(x - 3)} ${round(y - 3)}h6v6h-6z`;
}

function triangle(x: number, y: number): string {
  return `M${x} ${round(y - 4)}l4 7h-8z`;
}

function diamond(x: number, y: number): string {
  return `M${x} ${round(y - 4.2)}l4.2 4.2l-4.2 4.2l-4.2-4.2z`;
}

function cross(x: number, y: number): string {
  return `M${round(x - 3.6)} ${round(y - 1.2)}h2.4v-2.4h2.4v2.4h2.4v2.4h-2.4v2.4h-2.4v-2.4h-2.4z`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
