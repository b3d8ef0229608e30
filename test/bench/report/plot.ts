/** Time and memory over the length of the prompt: a row of panels per model, both axes logarithmic. */
import { sizeName, type CaseResult } from '../measurement.js';
import { curvesOf, quantities, type Curve } from './growth.js';

const panel = { width: 300, height: 220, left: 52, top: 34, right: 14, bottom: 34 } as const;
const legendRow = 20;
const perLegendRow = 3;

/** Okabe and Ito's colours (2008), told apart by colour-blind eyes, for light and for dark ground. */
const hues = [
  { light: '#1f2328', dark: '#f0f6fc' },
  { light: '#8a6100', dark: '#f0c000' },
  { light: '#0072b2', dark: '#56b4e9' },
  { light: '#00795a', dark: '#2fc79a' },
  { light: '#c04a00', dark: '#ff8c42' },
  { light: '#a03f78', dark: '#e79cc8' },
  { light: '#5b4bb5', dark: '#b0a4ff' },
] as const;

const style = (['light', 'dark'] as const)
  .map((theme) => {
    const [ground, ink, faint, grid] =
      theme === 'light' ? ['#ffffff', '#1f2328', '#59636e', '#d8dee4'] : ['#0d1117', '#f0f6fc', '#9198a1', '#30363d'];
    const rules = [
      `.ground{fill:${ground}}text{fill:${ink}}.faint{fill:${faint}}.grid{stroke:${grid}}`,
      ...hues.map((hue, i) => `.line${i}{stroke:${hue[theme]}}.mark${i}{fill:${hue[theme]};stroke:${ground}}`),
    ].join('');
    return theme === 'light' ? rules : `@media (prefers-color-scheme:dark){${rules}}`;
  })
  .join('\n');

/** It follows the reader's light or dark theme. Models of which nothing was measured have no panels. */
export function plotSvg(results: readonly CaseResult[]): string {
  const models = [
    ...new Set(results.filter(({ rows }) => rows.some(({ runs }) => runs.length > 0)).map(({ model }) => model)),
  ];
  const programs = [...new Set(results.flatMap(({ rows }) => rows.map(({ program }) => program)))];
  const width = quantities.length * panel.width;
  const legend = models.length * panel.height + 6;
  const height = legend + legendRow * (Math.ceil(programs.length / perLegendRow) + 1);
  const panels = models.flatMap((model, row) =>
    quantities.map((quantity, column) => {
      const curves = curvesOf(results, model, quantity);
      const drawn = drawPanel(`${model}: ${quantity.name}`, curves, programs, nominalSizes(results, model));
      return `<g transform="translate(${column * panel.width} ${row * panel.height})">${drawn}</g>`;
    }),
  );
  const names = programs.map((program, i) => {
    const [x, y] = [20 + (i % perLegendRow) * panel.width, legend + legendRow * (1 + Math.floor(i / perLegendRow))];
    return (
      `<path d="M${x} ${y - 4}h24" ${stroke(i)}/>${mark(i, x + 12, y - 4)}<text x="${x + 32}" ` +
      `y="${y}">${escaped(program)}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"
  font-family="sans-serif" font-size="12"
  role="img" aria-label="Time to the first token, decoding time and peak memory over the tokens of the prompt">
<style>
${style}
</style>
<rect class="ground" width="${width}" height="${height}"/>
${[...panels, ...names].join('\n')}
</svg>
`;
}

/** The size that each length of a prompt stands for. */
function nominalSizes(results: readonly CaseResult[], model: string): Map<number, string> {
  return new Map(
    results
      .filter((result) => result.model === model)
      .flatMap(({ size, rows }) =>
        rows.flatMap(({ runs }) => runs.slice(0, 1).map(({ promptTokens }) => [promptTokens, sizeName(size)] as const)),
      ),
  );
}

function drawPanel(
  title: string,
  curves: readonly Curve[],
  programs: readonly string[],
  sizes: ReadonlyMap<number, string>,
): string {
  const [right, bottom] = [panel.width - panel.right, panel.height - panel.bottom];
  const points = curves.flatMap((curve) => curve.points);
  const heading = `<text x="${panel.left}" y="18" font-weight="bold">${escaped(title)}</text>`;
  if (points.length === 0)
    return `${heading}<text class="faint" x="${panel.left}" y="${panel.height / 2}">not measured</text>`;
  const x = scale(
    points.map(([tokens]) => tokens),
    panel.left,
    right,
  );
  const y = scale(
    points.map(([, value]) => value),
    bottom,
    panel.top,
  );
  const grid = ticks(y.low, y.high).map(
    (value) =>
      `<path class="grid" d="M${panel.left} ${y.at(value)}H${right}"/><text class="faint" ` +
      `x="${panel.left - 5}" y="${y.at(value) + 4}" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
  );
  const lengths = [...new Set(points.map(([tokens]) => tokens))].map(
    (tokens) =>
      `<text class="faint" x="${x.at(tokens)}" y="${bottom + 18}" ` +
      `text-anchor="middle">${sizes.get(tokens) ?? tokens}</text>`,
  );
  const lines = curves.map((curve) => {
    const i = programs.indexOf(curve.program);
    const path = [...curve.points]
      .sort(([a], [b]) => a - b)
      .map(([tokens, value]) => [x.at(tokens), y.at(value)] as const);
    return (
      `<path d="M${path.map(([px, py]) => `${px} ${py}`).join('L')}" ` +
      `${stroke(i)}/>${path.map(([px, py]) => mark(i, px, py)).join('')}`
    );
  });
  return [heading, ...grid, ...lengths, ...lines].join('');
}

/** A logarithmic scale with some room around its values. */
function scale(values: readonly number[], from: number, to: number) {
  const [low, high] = [Math.min(...values) / 1.25, Math.max(...values) * 1.25];
  return {
    low,
    high,
    at: (value: number) => round(from + ((to - from) * Math.log(value / low)) / Math.log(high / low)),
  };
}

/** Round values within: 1, 2 and 5 of each power of ten, or powers alone where those are many. */
export function ticks(low: number, high: number): number[] {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i),
  );
  const steps =
    Math.log10(high / low) > 3 ? [1] : Math.log10(high / low) < 0.7 ? [1, 1.5, 2, 3, 4, 5, 6, 8] : [1, 2, 5];
  return powers.flatMap((power) => steps.map((step) => step * power)).filter((value) => value >= low && value <= high);
}

function stroke(program: number): string {
  return (
    `class="line${program % hues.length}" stroke-width="1.8"${program < 2 ? ' stroke-dasharray="5 3"' : ''} ` +
    'fill="none"'
  );
}

function mark(program: number, x: number, y: number): string {
  return `<circle class="mark${program % hues.length}" cx="${x}" cy="${y}" r="3.4"/>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
