import type { DocumentContent } from '../documentContent.js';
import { readText } from './plainText.js';

/** Markdown as it is written. The pictures that it shows are files of their own: they are named, and read when they are attached. */
export function readMarkdown(name: string, bytes: Buffer): DocumentContent {
  const content = readText(name, bytes);
  const names = linkedPictures(content.pages[0]?.text ?? '');
  return names.length === 0 ? content : { ...content, notes: [...content.notes, { kind: 'picturesLinked', names }] };
}

/** Paths on this machine, each once, as they are written: `![alt](path "title")` and `<img src="path">`. */
export function linkedPictures(text: string): string[] {
  const found = new Set<string>();
  const patterns = [
    /!\[[^\]\n]{0,1000}\]\(\s*(?:<([^>\n]+)>|([^\s)]+))/g,
    /<img\b[^>]{0,1000}?\bsrc\s*=\s*["']([^"'>]+)["']/gi,
  ];
  for (const pattern of patterns) {
    for (const [, first, second] of text.matchAll(pattern)) {
      const target = first ?? second ?? '';
      // Addresses of the network and data are no files.
      if (target !== '' && !/^(?:[a-z][\w+.-]+:|\/\/|#)/i.test(target)) found.add(target);
    }
  }
  return [...found];
}
