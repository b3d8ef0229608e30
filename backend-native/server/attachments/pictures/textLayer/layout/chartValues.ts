/** Bars of a chart: the value above a bar is read with the name below it, however high the bar is. */
import { boxAround, inOneRow, middle, right, type PlacedLine } from './placedLine.js';

/** With fewer it may be anything. */
const fewestBars = 3;
/** As a share of the distance between bars: how evenly they stand. */
const even = 0.12;
/** How far from the middle of its bar a value may stand: as a share of that distance, or of the height of a line. */
const centred = { ofDistance: 0.06, ofHeight: 0.3 };
/** Bars are at most so many times as high as they are apart. */
const highest = 12;
/** As a share of its height: values at one level stand in a row, as in a table. */
const sameLevel = 0.6;

const isValue = ({ text }: PlacedLine) => /^[^\p{L}\d]{0,3}\d[\d.,\s]*(?:%|[kKMG]|[^\p{L}\d]{1,2})?$/u.test(text);

/** @returns the same lines, but that names of bars have their values: `Rye 4,170` */
export function withChartValues(lines: readonly PlacedLine[]): PlacedLine[] {
  const values = lines.filter(isValue);
  if (values.length < fewestBars) return [...lines];
  const named = new Map<PlacedLine, PlacedLine>();
  const taken = new Set<PlacedLine>();
  for (const names of evenRows(lines)) {
    const bars = names.map((name) => [name, valueAbove(name, values, distanceOf(names))] as const);
    if (bars.some(([name, value]) => !value || taken.has(value) || named.has(name))) continue;
    const [[, first] = []] = bars;
    if (bars.every(([, value]) => isLevel(first, value))) continue;
    for (const [name, value] of bars) {
      if (!value) continue;
      named.set(name, { ...name, text: `${name.text} ${value.text}`, whole: boxAround([name.box, value.box]) });
      taken.add(value);
    }
  }
  return lines.filter((line) => !taken.has(line)).map((line) => named.get(line) ?? line);
}

/** Lines of one row whose middles are as far from each other as those of bars. */
function evenRows(lines: readonly PlacedLine[]): PlacedLine[][] {
  const left = new Set([...lines].sort((a, b) => a.box[0] - b.box[0]));
  const runs: PlacedLine[][] = [];
  for (const line of left) {
    const row = [...left].filter((other) => inOneRow(line, other));
    for (const other of row) left.delete(other);
    let run: PlacedLine[] = [];
    for (const cell of row) {
      const before = run.at(-1);
      const goesOn = run.length < 2 || Math.abs(between(before, cell) - distanceOf(run)) <= even * distanceOf(run);
      if (!goesOn) {
        runs.push(run);
        run = before ? [before] : [];
      }
      run.push(cell);
    }
    runs.push(run);
  }
  return runs.filter((run) => run.length >= fewestBars);
}

function distanceOf([first, second]: readonly PlacedLine[]): number {
  return between(first, second);
}

function between(a: PlacedLine | undefined, b: PlacedLine | undefined): number {
  return a && b ? centre(b) - centre(a) : 0;
}

function centre(line: PlacedLine): number {
  return (line.box[0] + right(line)) / 2;
}

/** The only value that stands above a name; undefined where there is none, or more. */
function valueAbove(name: PlacedLine, values: readonly PlacedLine[], distance: number): PlacedLine | undefined {
  const most = Math.max(centred.ofDistance * distance, centred.ofHeight * name.box[3]);
  const above = values.filter((value) => {
    const up = name.box[1] - middle(value);
    return up > 0 && up <= highest * distance && Math.abs(centre(value) - centre(name)) <= most;
  });
  return above.length === 1 ? above[0] : undefined;
}

function isLevel(a: PlacedLine | undefined, b: PlacedLine | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(middle(a) - middle(b)) <= sameLevel * a.box[3];
}
