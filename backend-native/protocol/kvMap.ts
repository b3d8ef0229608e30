/** Which image tokens are still in the KV cache: what a heat map over the pictures needs. */

export interface KvMap {
  readonly layers: number;
  readonly headsKv: number;
  /**
   * For every layer, whether it was compressed; layers with a sliding window are left alone and count as holding
   * everything.
   */
  readonly layerCompressed: readonly boolean[];
  /** The images of the whole conversation so far, in the order of the prompt. */
  readonly images: readonly KvImageMap[];
}

export interface KvImageMap {
  readonly name: string;
  /** Tokens that show a patch of the image, all tiles together; row breaks and other marks among its tokens do not. */
  readonly tokens: number;
  /** An image is one tile, or for tiled models an overview and the tiles it was cut into. */
  readonly tiles: readonly KvTile[];
  /** Base64 of uint8 [layers, tokens]: the share of the KV heads that still hold the token, 255 for all of them. */
  readonly survival: string;
}

/** A rectangle of the image and the grid of tokens over it; tokens run row by row from firstToken. */
export interface KvTile {
  /**
   * Left, top, width and height as shares of the image, from 0 to 1. Where a projector pads the image, tiles reach
   * beyond it: below 0, or above 1.
   */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The grid; 1 x tokens where a projector keeps no grid, and then `spatial` is false. */
  readonly columns: number;
  readonly rows: number;
  readonly spatial: boolean;
  /** Index of the tile's first token among the image's tokens. */
  readonly firstToken: number;
  /** The whole image at low resolution, beside tiles that show its parts. */
  readonly overview: boolean;
}
