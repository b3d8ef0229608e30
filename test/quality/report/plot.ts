import { wilson } from '../score/statistics.js';
import type { Cell } from './aggregate.js';

const panel = { width: 250, height: 170, left: 40, top: 28, right: 12, bottom: 30 } as const;
const panelsInRow = 4;
const legendRow = 18;
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f3c8d', '#4d4d4d', '#a5aa00', '#e73f74', '#8c510a', '#9aa0a6'];

/** Exact match against the budget: a panel per task, a line per rule, the full cache as a dashed line in its interval. */
export function plotSvg(cells: readonly Cell[], rules: readonly string[], budgets: readonly number[]): string {
  const full = cells.filter(({ rule }) => rule === 'full');
  const lines = rules.filter((rule) => rule !== 'full');
  const axis = [...budgets].sort((a, b) => a - b);
  const rows = Math.ceil(full.length / panelsInRow);
  const width = panelsInRow * panel.width;
  const legend = rows * panel.height + 10;
  const height = legend + legendRow * (Math.ceil((lines.length + 1) / panelsInRow) + 1);
  const panels = full.map((cell, i) => {
    const own = cells.filter(({ column }) => column === cell.column);
    return `<g transform="translate(${(i % panelsInRow) * panel.width} ${Math.floor(i / panelsInRow) * panel.height})">${drawPanel(cell, own, lines, axis)}</g>`;
  });
  const names = ['full', ...lines].map((name, i) => {
    const [x, y] = [20 + (i % panelsInRow) * panel.width, legend + legendRow * (1 + Math.floor(i / panelsInRow))];
    return `<line x1="${x}" y1="${y - 4}" x2="${x + 20}" y2="${y - 4}" ${stroke(i - 1)}/><text x="${x + 26}" y="${y}">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#222">
<rect width="${width}" height="${height}" fill="#fff"/>
${[...panels, ...names].join('\n')}
</svg>
`;
}

function drawPanel(full: Cell, own: readonly Cell[], rules: readonly string[], axis: readonly number[]): string {
  const [right, bottom] = [panel.width - panel.right, panel.height - panel.bottom];
  const x = (i: number) => round(panel.left + ((right - panel.left) * (i + 0.5)) / axis.length);
  const y = (of: number) => round(bottom - (bottom - panel.top) * of);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((of) =>
    `<line x1="${panel.left}" y1="${y(of)}" x2="${right}" y2="${y(of)}" stroke="#ddd"/><text x="${panel.left - 5}" y="${y(of) + 4}" text-anchor="end" fill="#666">${100 * of}</text>`);
  const ticks = axis.map((budget, i) => `<text x="${x(i)}" y="${bottom + 15}" text-anchor="middle" fill="#666">${round(100 * budget)} %</text>`);
  const reference = full.count === 0 ? '' : (({ low, high }) =>
    `<rect x="${panel.left}" y="${y(high)}" width="${right - panel.left}" height="${round(y(low) - y(high))}" fill="#000" opacity="0.08"/><line x1="${panel.left}" y1="${y(full.right / full.count)}" x2="${right}" y2="${y(full.right / full.count)}" ${stroke(-1)}/>`)(wilson(full.right, full.count));
  const curves = rules.map((rule, i) => {
    const points = axis.flatMap((budget, k) => {
      const cell = own.find((other) => other.rule === rule && other.budget === budget);
      return cell && cell.count > 0 ? [`${x(k)},${y(cell.right / cell.count)}`] : [];
    });
    return points.length === 0 ? '' : `<polyline points="${points.join(' ')}" ${stroke(i)}/>${points.map((point) => `<circle cx="${point.replace(',', '" cy="')}" r="2.2" fill="${colours[i % colours.length] ?? ''}"/>`).join('')}`;
  });
  return `<text x="${panel.left}" y="18" font-weight="bold">${escaped(full.column.name)}</text>${[...grid, ...ticks, reference, ...curves].join('')}`;
}

/** @param rule its number; -1 for the full cache */
function stroke(rule: number): string {
  if (rule < 0) return 'stroke="#000" stroke-dasharray="5 3" fill="none"';
  return `stroke="${colours[rule % colours.length] ?? ''}" stroke-width="1.5"${rule >= colours.length ? ' stroke-dasharray="2 2"' : ''} fill="none"`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
