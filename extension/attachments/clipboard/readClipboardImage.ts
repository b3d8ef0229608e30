import { execFile } from 'node:child_process';
import { pictureType, type ClipboardTool } from './clipboardTools.js';

export type ClipboardImage =
  | { readonly status: 'image'; readonly bytes: Buffer; readonly mime: string }
  /** A program looked, and found no picture. */
  | { readonly status: 'empty' }
  /** No program could look: none is installed, or each failed. Why, for the log. */
  | { readonly status: 'unavailable'; readonly reasons: readonly string[] };

export interface ClipboardLimits {
  /** PowerShell alone takes seconds to start on a busy machine. */
  readonly milliseconds: number;
  readonly bytes: number;
}

/** Reads the picture in the clipboard with the first program that works. */
export async function readClipboardImage(
  tools: readonly ClipboardTool[],
  limits: ClipboardLimits,
): Promise<ClipboardImage> {
  const reasons: string[] = [];
  for (const tool of tools) {
    try {
      return await readWith(tool, limits);
    } catch (error) {
      reasons.push(`${tool.file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { status: 'unavailable', reasons };
}

async function readWith(tool: ClipboardTool, limits: ClipboardLimits): Promise<ClipboardImage> {
  let type: string | undefined = 'image/png';
  if (tool.listArguments) {
    type = pictureType((await listTypes(tool.file, tool.listArguments, limits)).toString('utf8'));
    if (type === undefined) return { status: 'empty' };
  }
  const printed = await run(tool.file, tool.readArguments(type), limits);
  const bytes = tool.prints === 'base64' ? Buffer.from(printed.toString('latin1'), 'base64') : printed;
  return bytes.length === 0 ? { status: 'empty' } : { status: 'image', bytes, mime: type };
}

/**
 * An empty clipboard makes the programs fail, and so does a desktop that cannot be reached: both with the same status,
 * so that only the words of xclip and wl-paste tell which.
 */
async function listTypes(file: string, args: readonly string[], limits: ClipboardLimits): Promise<Buffer> {
  try {
    return await run(file, args, limits);
  } catch (error) {
    if (error instanceof Error && /target TARGETS not available|nothing is copied/i.test(error.message))
      return Buffer.alloc(0);
    throw error;
  }
}

function run(file: string, args: readonly string[], { milliseconds, bytes }: ClipboardLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Base64 takes a third more; the program is ended when it prints more than that.
    const options = {
      encoding: 'buffer',
      timeout: milliseconds,
      killSignal: 'SIGKILL',
      maxBuffer: Math.ceil(bytes * 1.4),
      windowsHide: true,
    } as const;
    execFile(file, [...args], options, (error, stdout) => {
      if (error instanceof Error) reject(error);
      else resolve(stdout);
    });
  });
}
