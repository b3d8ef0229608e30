import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CaptureTool } from './captureTools.js';

export type CapturedScreen =
  | { readonly status: 'picture'; readonly bytes: Buffer }
  /** No program could: none is installed, or each failed. Why, for the log. */
  | { readonly status: 'unavailable'; readonly reasons: readonly string[] };

export interface CaptureLimits {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** Has the first program that works write a picture of the screen, and takes it: no file stays behind. */
export async function captureScreen(tools: readonly CaptureTool[], limits: CaptureLimits): Promise<CapturedScreen> {
  const reasons: string[] = [];
  for (const tool of tools) {
    // For this user alone: the screen may show anything.
    const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'look-once-screen-'));
    try {
      return { status: 'picture', bytes: await captureWith(tool, path.join(folder, 'screen.png'), limits) };
    } catch (error) {
      reasons.push(`${tool.file}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await fs.promises.rm(folder, { recursive: true, force: true });
    }
  }
  return { status: 'unavailable', reasons };
}

/** Some programs end well without a picture, where the desktop refuses them one. */
async function captureWith(
  tool: CaptureTool,
  picture: string,
  { milliseconds, bytes }: CaptureLimits,
): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    const options = { timeout: milliseconds, killSignal: 'SIGKILL', windowsHide: true } as const;
    execFile(tool.file, [...tool.arguments(picture)], options, (error) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
  const { size } = await fs.promises.stat(picture);
  if (size === 0 || size > bytes) throw new Error(`Expected a picture of at most ${bytes} bytes but it has ${size}`);
  return fs.promises.readFile(picture);
}
