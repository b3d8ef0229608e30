/** The questions about real screens and documents, as they are committed beside the pictures. */
import fs from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';

export const families = ['value', 'yes or no', 'looks', 'not shown', 'shown', 'about', 'needle', 'document'] as const;
export type Family = (typeof families)[number];

/** One question, asked of what it attaches. */
export interface Case {
  /** Part of the key of every result: the attachments' first name and the question. */
  readonly id: string;
  readonly family: Family;
  readonly question: string;
  /** Answers that are right; for `about` the key words, of which two have to be said. */
  readonly accept: readonly string[];
  /** Paths of pictures and of documents. */
  readonly images: readonly string[];
  readonly documents: readonly string[];
  /** Width and height of the one picture it is about. */
  readonly size?: readonly [number, number];
}

interface Screen {
  readonly picture: string;
  readonly size: readonly [number, number];
  readonly kind: string;
  /** What "the image that shows …" goes on with. */
  readonly shows: string;
  readonly questions: readonly Pick<Case, 'family' | 'question' | 'accept'>[];
}

type Needle = Pick<Case, 'question' | 'accept'> & { readonly pictures: readonly string[] };
type DocumentQuestion = Pick<Case, 'question' | 'accept'> & { readonly documents: readonly string[] };

export const screensFolder = () => path.join(packageRoot(), 'test', 'quality', 'screens');

/** All of them; those about one picture in a row, so that it has to be looked at once only. */
export function readCases(folder = screensFolder()): Case[] {
  const picture = (name: string) => path.join(folder, 'pictures', name);
  const screens = fs
    .readdirSync(path.join(folder, 'pictures'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => readJson(picture(file)) as Screen);
  const aboutOne = screens.flatMap(({ picture: name, size, questions }) =>
    questions.map((asked): Case => {
      return { id: `${name}: ${asked.question}`, ...asked, images: [picture(name)], documents: [], size };
    }),
  );
  const needles = (readJson(path.join(folder, 'needles.json')) as readonly Needle[]).map(
    ({ pictures, question, accept }, i): Case => {
      const images = pictures.map(picture);
      return { id: `needle ${i + 1}: ${question}`, family: 'needle', question, accept, images, documents: [] };
    },
  );
  const documents = (readJson(path.join(folder, 'documents.json')) as readonly DocumentQuestion[]).map(
    ({ documents: names, question, accept }): Case => {
      const files = names.map((name) => path.join(folder, 'documents', name));
      return {
        id: `${names.join(' ')}: ${question}`,
        family: 'document',
        question,
        accept,
        images: [],
        documents: files,
      };
    },
  );
  return [...aboutOne, ...needles, ...documents];
}

/** At most so many of every family, spread over all of it. */
export function limited(cases: readonly Case[], limit: number): Case[] {
  return families.flatMap((family) => {
    const own = cases.filter((one) => one.family === family);
    const step = Math.max(1, own.length / limit);
    return own.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  });
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
