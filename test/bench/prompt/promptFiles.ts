/** A prompt as files: pictures and a document drawn and written on the spot, the same for both programs. */
import fs from 'node:fs';
import path from 'node:path';
import { page, png } from '../../fixtures/images.js';
import { Random } from '../../fixtures/random.js';
import type { PictureSize } from './pictures.js';

export interface PromptFiles {
  readonly images: readonly string[];
  readonly document?: { readonly path: string; readonly text: string };
  readonly question: string;
}

const question = 'What is the code?';

/** @param document its text; empty for none */
export function writePrompt(folder: string, pictures: readonly PictureSize[], document: string): PromptFiles {
  fs.mkdirSync(folder, { recursive: true });
  const images = pictures.map(({ width, height }, i) => {
    const file = path.join(folder, `picture-${i + 1}-${width}x${height}.png`);
    if (!fs.existsSync(file)) fs.writeFileSync(file, png(page(width, height, `bench ${i}`)));
    return file;
  });
  const place = path.join(folder, 'notes.txt');
  fs.writeFileSync(place, document);
  return { images, question, ...(document === '' ? {} : { document: { path: place, text: document } }) };
}

/** The user's message as our backend composes it, with llama.cpp's mark where a picture belongs. */
export function mtmdPrompt({ images, document, question: asked }: PromptFiles): string {
  const pictures = images.map((_, i) => `${images.length > 1 ? `Image ${i + 1}:\n` : ''}<__media__>\n`).join('');
  return `${pictures}${document ? `Document ${path.basename(document.path)}:\n${document.text}\n\n` : ''}${asked}`;
}

/** How a document is made of pieces that a model reads as one token each. */
export interface Pieces {
  readonly alphabet: readonly string[];
  /** Pieces of a word; the space before a word is a token of its own, or belongs to its first piece. */
  readonly perWord: number;
  readonly spaceIsToken: boolean;
}

/** A document that the model reads as about so many tokens, one more for every one more that is asked for. */
export function documentOf(tokens: number, { alphabet, perWord, spaceIsToken }: Pieces, seed: string): string {
  const random = new Random(seed);
  let text = '';
  for (let token = 0, inWord = 0; token < tokens; token += 1) {
    // A space at the very end would be trimmed, and its token with it.
    if (inWord === perWord && !(spaceIsToken && token === tokens - 1)) {
      text += ' ';
      inWord = 0;
      if (spaceIsToken) continue;
    }
    text += alphabet[random.below(alphabet.length)] ?? '';
    inWord += 1;
  }
  return text;
}
