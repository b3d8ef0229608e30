import type { KvTile } from '../../backend-native/protocol/kvMap.js';
import { heatColour } from './colourScale.js';
import { patchRectangle } from './geometry.js';

export interface HeatMapDrawing {
  /** Null when it is not there any more: then the map is drawn on nothing. */
  readonly picture: CanvasImageSource | null;
  readonly tiles: readonly KvTile[];
  /** [tokens], from 0 to 1. */
  readonly shares: Float32Array;
  /** Of the map over the picture, from 0 to 1. */
  readonly opacity: number;
  /** The token of the patch that is looked at, which gets a frame. */
  readonly marked: number | null;
}

/** Draws the picture and the map over it, as large as the canvas has pixels. Tiles without a grid are left out. */
export function drawHeatMap(canvas: HTMLCanvasElement, drawing: HeatMapDrawing): void {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('Expected a canvas with a 2d context but received none');
  const { width, height } = canvas;
  context.globalAlpha = 1;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  if (drawing.picture) context.drawImage(drawing.picture, 0, 0, width, height);
  context.globalAlpha = drawing.picture ? drawing.opacity : 1;
  for (const tile of drawing.tiles) {
    if (!tile.spatial) continue;
    for (let row = 0; row < tile.rows; row++) {
      for (let column = 0; column < tile.columns; column++) {
        const token = tile.firstToken + row * tile.columns + column;
        const patch = patchRectangle(tile, column, row, width, height);
        context.fillStyle = `rgb(${heatColour(drawing.shares[token] ?? 0).join(',')})`;
        context.fillRect(patch.x, patch.y, patch.width, patch.height);
      }
    }
  }
  context.globalAlpha = 1;
  markPatch(context, drawing, width, height);
}

/** A black and a white line, so that the frame shows on every colour. */
function markPatch(
  context: CanvasRenderingContext2D,
  { tiles, marked }: HeatMapDrawing,
  width: number,
  height: number,
): void {
  if (marked === null) return;
  const tile = tiles.find(
    ({ firstToken, columns, rows }) => marked >= firstToken && marked < firstToken + columns * rows,
  );
  if (!tile) return;
  const index = marked - tile.firstToken;
  const patch = patchRectangle(tile, index % tile.columns, Math.floor(index / tile.columns), width, height);
  const line = Math.max(1, Math.round(width / 400));
  context.lineWidth = line;
  for (const [colour, inset] of [
    ['black', line / 2],
    ['white', line * 1.5],
  ] as const) {
    context.strokeStyle = colour;
    context.strokeRect(patch.x + inset, patch.y + inset, patch.width - 2 * inset, patch.height - 2 * inset);
  }
}
