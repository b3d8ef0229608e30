/** The screenshots of this suite. What they say is the task's business; how it looks is decided here. */
import { textWidth, type Canvas } from './canvas.js';
import { blank, type Look } from './look.js';

export type LayoutName = keyof typeof layouts;

export const layouts = { buildLog, ruledGrid, tabStrip, settingsSheet, noteCard } as const;

/** A log as build tools write it, a line at its left edge. One of its lines may stand out. */
function buildLog(look: Look, lines: readonly string[], highlighted = -1): Canvas {
  const canvas = blank(look);
  canvas.fill(0, 0, 2, look.height, look.line);
  lines.forEach((line, i) => {
    const style = i === highlighted ? { ...look.text, colour: look.accent } : look.text;
    canvas.text(look.margin + 2, look.margin + (i + 0.5) * look.pitch, line, style);
  });
  return canvas;
}

/** A table with a line around every cell. */
function ruledGrid(look: Look, rows: readonly (readonly string[])[]): Canvas {
  const canvas = blank(look);
  const columns = rows[0]?.length ?? 1;
  const width = Math.floor((look.width - 2 * look.margin) / columns);
  canvas.fill(look.margin, look.margin / 2, width * columns, look.pitch, look.panel);
  rows.forEach((cells, row) => {
    const top = Math.round(look.margin / 2 + row * look.pitch);
    cells.forEach((cell, column) => {
      canvas.frame(look.margin + column * width, top, width + 1, look.pitch + 1, look.line);
      canvas.text(look.margin + column * width + 5, top + look.pitch / 2, cell, look.text);
    });
  });
  return canvas;
}

/** Open files side by side, a line under the active one, and the text of the file. */
function tabStrip(look: Look, tabs: readonly string[], active: number, lines: readonly string[]): Canvas {
  const canvas = blank(look);
  const height = look.pitch + 4;
  canvas.fill(0, 0, look.width, height, look.panel);
  let x = look.margin;
  tabs.forEach((tab, i) => {
    const width = textWidth(tab, look.text);
    if (i === active) {
      canvas.fill(x - 4, 0, width + 8, height, look.background);
      canvas.fill(x - 4, height - 3, width + 8, 3, look.accent);
    }
    canvas.text(x, look.pitch / 2, tab, i === active ? look.text : { ...look.text, colour: look.faint });
    x += width + tabGap;
  });
  lines.forEach((line, i) => {
    canvas.text(look.margin, height + look.margin + (i + 0.5) * look.pitch, line, look.text);
  });
  return canvas;
}

/** Pixels from one tab to the next. */
export const tabGap = 14;

/** Names at the left, values at the right edge, a line between the rows. */
function settingsSheet(look: Look, fields: readonly (readonly [label: string, value: string])[]): Canvas {
  const canvas = blank(look);
  fields.forEach(([label, value], i) => {
    const y = look.margin + (i + 0.5) * look.pitch;
    canvas.text(look.margin, y, label, look.text);
    canvas.text(look.width - look.margin - textWidth(value, look.text), y, value, look.text);
    if (i > 0) canvas.fill(look.margin, y - look.pitch / 2, look.width - 2 * look.margin, 1, look.line);
  });
  return canvas;
}

/** A framed card: a heading on a band, lines below it. */
function noteCard(look: Look, heading: string, lines: readonly string[]): Canvas {
  const canvas = blank(look);
  canvas.fill(0, 0, look.width, look.pitch, look.panel);
  canvas.frame(0, 0, look.width, look.height, look.line);
  canvas.text(look.margin + 1, look.pitch / 2, heading, look.text);
  lines.forEach((line, i) => {
    canvas.text(look.margin + 1, look.pitch + 2 + (i + 0.5) * look.pitch, line, look.text);
  });
  return canvas;
}
