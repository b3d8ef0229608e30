/** Finds the pictures and pages that have to do with some words. What was read once is read again when it changed. */
import fs from 'node:fs';
import path from 'node:path';
import { BackendError, asBackendError, type BackendErrorData } from '../../protocol/errors.js';
import { mostFound, mostFoundIn, type FindParams, type FindProgress, type FindResult } from '../../protocol/find.js';
import type { AttachmentSource } from '../../protocol/inspect.js';
import type { InputReport } from '../../protocol/showInput.js';
import { excerptOf } from './excerpt.js';
import { rankPieces } from './rankPieces.js';
import { attachmentFrom } from './showInput.js';

/** @returns undefined when the signal was aborted @throws BackendError for what cannot be read */
export type ReadInput = (attachment: AttachmentSource, signal: AbortSignal) => Promise<InputReport | undefined>;

/** Characters of all files that are kept in memory. */
const memoryCharacters = 64 * 2 ** 20;

interface Page {
  readonly file: string;
  readonly page: number;
  readonly text: string;
  readonly lead: string;
}

interface Known {
  /** Another one means that the file was written. */
  readonly stamp: string;
  readonly pages: readonly Page[];
  readonly characters: number;
}

export class Finder {
  /** By path, the least recently used first. */
  private readonly known = new Map<string, Known>();
  private characters = 0;

  constructor(
    private readonly read: ReadInput,
    private readonly most = memoryCharacters,
  ) {}

  /**
   * @returns null when the signal was aborted, unless what was found so far is asked for
   * @throws BackendError `invalid_argument`; what is wrong with a single file is told in the result
   */
  async find(
    params: FindParams,
    signal: AbortSignal,
    onProgress: (progress: FindProgress) => void,
  ): Promise<FindResult | null> {
    const { files, query, limit } = checked(params);
    const pages: Page[] = [];
    const notRead: { file: string; error: BackendErrorData }[] = [];
    let [filesRead, filesKnown] = [0, 0];
    for (const [done, { attachment, file }] of files.entries()) {
      if (signal.aborted) break;
      onProgress({ done, total: files.length, file });
      try {
        const { known, pages: read } = await this.pagesOf(file, attachment, signal);
        if (!read) break;
        pages.push(...read);
        filesRead += 1;
        if (known) filesKnown += 1;
      } catch (error) {
        notRead.push({ file, error: asBackendError(error).data });
      }
    }
    if (signal.aborted && params.partial !== true) return null;
    return {
      found: rankPieces(pages, query)
        .slice(0, limit)
        .map(({ piece: { file, page, text }, score }) => ({ file, page, score, excerpt: excerptOf(text, query) })),
      filesRead,
      filesKnown,
      notRead,
    };
  }

  /** Forgets all texts. */
  clear(): void {
    this.known.clear();
    this.characters = 0;
  }

  private async pagesOf(
    file: string,
    attachment: AttachmentSource,
    signal: AbortSignal,
  ): Promise<{ known: boolean; pages: readonly Page[] | undefined }> {
    const stamp = await stampOf(file);
    const known = this.known.get(file);
    this.forget(file);
    if (known?.stamp === stamp) {
      this.remember(file, known);
      return { known: true, pages: known.pages };
    }
    const report = await this.read(attachment, signal);
    const pages = report?.pages.map(({ page, title, text }) => ({
      file,
      page,
      text,
      lead: `${path.basename(file)} ${title ?? ''}`,
    }));
    // A page without words may be one that could not be read this time.
    if (pages?.every(({ text }) => text !== '')) {
      const characters = pages.reduce((sum, { text, lead }) => sum + text.length + lead.length, 0);
      this.remember(file, { stamp, pages, characters });
    }
    return { known: false, pages };
  }

  private remember(file: string, known: Known): void {
    this.known.set(file, known);
    this.characters += known.characters;
    for (const oldest of this.known.keys()) {
      if (this.characters <= this.most) return;
      this.forget(oldest);
    }
  }

  private forget(file: string): void {
    this.characters -= this.known.get(file)?.characters ?? 0;
    this.known.delete(file);
  }
}

async function stampOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await fs.promises.stat(file);
    return [size, mtimeMs, ctimeMs, ino].join(' ');
  } catch (error) {
    throw new BackendError('file_not_found', { kind: 'cannotBeRead', file, why: (error as Error).message });
  }
}

function checked(params: FindParams) {
  const given: { readonly [K in keyof FindParams]?: unknown } = params;
  const { attachments, query, limit = 10 } = given;
  if (!Array.isArray(attachments) || attachments.length > mostFoundIn)
    throw invalid(`at most ${mostFoundIn} files`, Array.isArray(attachments) ? attachments.length : attachments);
  if (typeof query !== 'string' || query.trim() === '') throw invalid('words to look for', query);
  if (!Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > mostFound)
    throw invalid(`a whole number from 1 to ${mostFound} for how many are told`, limit);
  const files = attachments.map((one: AttachmentSource) => {
    const attachment = attachmentFrom({ attachment: one });
    const { source } = attachment;
    if (!('path' in source) || typeof source.path !== 'string') throw invalid('files by their paths', typeof source);
    return { attachment, file: source.path };
  });
  return { files, query, limit: Number(limit) };
}

function invalid(expected: string, received: unknown): BackendError {
  return new BackendError('invalid_argument', { kind: 'expected', expected: expected, received: String(received) });
}
