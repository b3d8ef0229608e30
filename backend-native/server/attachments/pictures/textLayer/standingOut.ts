/** What looks unlike its neighbours of a row or a list: a chosen tab, the entry of a menu, a highlighted row. */
import { distance, pixelAt, type LineColours } from './look.js';
import type { Raster } from './recogniser/raster.js';
import type { TextLine } from './textLayer.js';

export interface Selected {
  readonly text: string;
  /** A tab or button of a row, an entry of a list, or a row of a table. */
  readonly among: 'row' | 'list' | 'rows';
}

/** A line with the colours that it has in the picture. */
export interface Seen extends LineColours {
  readonly line: TextLine;
}

/** Of 0 to 255 a channel, all channels together: a ground that is this far from all others of a group stands out. */
const ownGround = 20;
/** Of that: grounds that are nearer are alike. */
const alike = 0.7;
/** Characters: what is longer is no tab, entry or cell. */
const longestChoice = 48;
/** Nor is a sentence. */
const sentence = /[^.][.?!]$/;
/** Of 0 to 255 a channel, all channels together: what is farther from the ground may be a drawn line. */
const lineContrast = 90;
/** The same: pixels of one line are nearer to each other. */
const lineSpread = 40;

/** @returns in reading order */
export function selectedOf(picture: Raster, seen: readonly Seen[]): Selected[] {
  const oddOnes = (group: readonly Seen[]) => oddOnesOf(picture, group);
  const across = new Set(rowsOf(seen).flatMap(oddOnes));
  const down = new Set(
    listsOf(seen).flatMap((list) =>
      oddOnes(list).filter((odd) => odd !== list[0] || across.has(odd) || isAlone(odd, seen)),
    ),
  );
  const found: Selected[] = [];
  for (const row of new Set(seen.map(({ line }) => line.row))) {
    const own = seen.filter((one) => one.line.row === row);
    const listed = own.filter((one) => down.has(one));
    if (listed.length > 1) found.push({ text: listed.map(({ line }) => line.text).join(' | '), among: 'rows' });
    else
      for (const one of own)
        if (across.has(one) || down.has(one))
          found.push({ text: one.line.text, among: across.has(one) ? 'row' : 'list' });
  }
  return found;
}

function isAlone({ line }: Seen, seen: readonly Seen[]): boolean {
  return seen.every((other) => other.line === line || other.line.row !== line.row);
}

/** Those of a group of three or more whose ground, or the line below them, no other has. */
function oddOnesOf(picture: Raster, all: readonly Seen[]): readonly Seen[] {
  const group = all.filter(({ line: { text } }) => text.length <= longestChoice && !sentence.test(text));
  if (group.length < 3) return [];
  const underlined = group.filter((one) => isUnderlined(picture, one));
  if (underlined.length === 1) return underlined;
  const near = (one: Seen) => group.filter(({ ground }) => distance(ground, one.ground) < ownGround * alike);
  const usual = group.map(near).reduce((most, each) => (each.length > most.length ? each : most), []);
  const odd = group.filter((one) => usual.every(({ ground }) => distance(ground, one.ground) >= ownGround));
  const isFew = odd.length <= Math.max(1, Math.floor(usual.length / 3));
  return isFew && usual.length > 1 ? odd.filter((one) => near(one).length === 1) : [];
}

/** Whether a line is drawn below a text that is about as wide as it. */
function isUnderlined(picture: Raster, { line, ground }: Seen): boolean {
  const [left, top, width, height] = line.box;
  const end = Math.min(picture.height, top + Math.round(height * 1.9));
  for (let y = top + Math.round(height * 0.95); y < end; y += 1) {
    const first = pixelAt(picture, left, y);
    if (distance(first, ground) < lineContrast) continue;
    let same = 0;
    for (let x = left; x < left + width; x += 1) if (distance(pixelAt(picture, x, y), first) < lineSpread) same += 1;
    const away = Math.round(2.5 * height);
    const ends = [left - away, left + width + away].filter((x) => x >= 0 && x < picture.width);
    if (same >= 0.95 * width) return ends.every((x) => distance(pixelAt(picture, x, y), first) >= lineSpread);
  }
  return false;
}

/** Lines beside each other, not far apart: tabs, buttons, the cells of a table. */
function rowsOf(seen: readonly Seen[]): Seen[][] {
  const rows: Seen[][] = [];
  for (const one of [...seen].sort((a, b) => a.line.box[0] - b.line.box[0])) {
    const row = rows.find((each) => isBeside(each.at(-1), one));
    if (row) row.push(one);
    else rows.push([one]);
  }
  return rows;
}

function isBeside(last: Seen | undefined, { line: { box } }: Seen): boolean {
  if (!last) return false;
  const [left, top, , height] = box;
  const [x, y, width, h] = last.line.box;
  const smaller = Math.min(height, h);
  const middles = Math.abs(top + height / 2 - y - h / 2);
  return middles < 0.35 * smaller && left - x - width < 8 * smaller;
}

/** Lines below each other that begin at one place or are centred on it, evenly spaced: menus, lists, columns. */
function listsOf(seen: readonly Seen[]): Seen[][] {
  const lists: Seen[][] = [];
  for (const one of [...seen].sort((a, b) => a.line.box[1] - b.line.box[1])) {
    const list = lists.find((each) => isNext(each, one));
    if (list) list.push(one);
    else lists.push([one]);
  }
  return lists;
}

function isNext(list: readonly Seen[], { line: { box } }: Seen): boolean {
  const last = list.at(-1)?.line.box;
  if (!last) return false;
  const [left, top, , height] = box;
  const gap = top - last[1] - last[3];
  const smaller = Math.min(height, last[3]);
  const before = list.at(-2)?.line.box;
  const usual = before ? last[1] - before[1] - before[3] : gap;
  const isLevel = Math.abs(left - last[0]) < 1.5 * smaller && Math.abs(gap - usual) < smaller;
  return isLevel && gap > -smaller / 2 && gap < 3 * smaller && Math.max(height, last[3]) < 1.5 * smaller;
}
