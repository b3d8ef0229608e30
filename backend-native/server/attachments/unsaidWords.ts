/**
 * What a question calls by a word that a screen or a document does not use: "how long" is answered by "22:51", "Friday"
 * stands as "Fri".
 */
import { stemmer } from 'stemmer';

/** Any of these words or patterns, as whole words. */
function words(...lists: string[]): RegExp {
  return new RegExp(`\\b(?:${lists.join(' ').split(' ').join('|')})\\b`, 'i');
}

interface Unsaid {
  readonly word: string;
  readonly asked: RegExp;
  readonly means: RegExp;
}

/** Words of questions, and the lines that they mean without having them. */
const unsaid: readonly Unsaid[] = [
  {
    word: 'error',
    asked: /\b(?:errors?|exception|fault|problem|mistake|fail(?:s|ed|ure)?|wrong|broken?)\b/i,
    means: /error|exception|fault|fail|fatal|wrong|denied|refused|invalid|unable|cannot|\bnot\b|n't\b/i,
  },
  {
    word: 'price',
    asked: words(
      'costs? prices? pay(?:s|ing)? paid fees? charged? expensive cheap\\w* money spen[dt] owed? owes worth',
      'refund rent deposit fine salary earns?',
    ),
    means: /[€$£¥]\s?\d|\d\s?[€£¥]|\d\s?(?:EUR|USD|GBP|CHF)\b/,
  },
  { word: 'address', asked: /\b(?:e-?mail|address)\b/i, means: /\S@\S/ },
  {
    word: 'phone',
    asked: /\b(?:tele)?phone|\b(?:call|ring|dial)\b/i,
    means: /(?<![\d.-])\+?\d[\d ()/-]{6,}\d(?![\d.-])|\bext(?:ension|\.)/i,
  },
  {
    word: 'time',
    asked: /\bwhen\b|\b(?:what|which) (?:time|date|day)\b|\b(?:date|deadline|until|how late)\b/i,
    means: words(
      '\\d{1,2}[:.]\\d\\d \\d{4}-\\d\\d-\\d\\d (?:1[5-9]|20)\\d\\d',
      '\\d{1,2}\\.?\\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\w*',
      '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day ago yesterday today tomorrow',
    ),
  },
  {
    word: 'duration',
    asked: /\bhow long\b|\bduration\b|\bhow (?:many|much) (?:seconds|minutes|hours|days|time)\b/i,
    means: /\d\s?(?:ms|s|sec|min|m|h|hrs?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b|\b\d+:\d\d\b/i,
  },
  {
    word: 'size',
    asked: /\b(?:size|how (?:big|large|heavy|tall|high|wide|deep|far|long|much space))\b/i,
    means: /\d\s?(?:[kKMGT]i?B|B|bytes|kg|g|km²?|m²?|cm|mm|ha|l|ml|px)\b|\d ?[x×] ?\d/,
  },
  {
    word: 'speed',
    asked: /\b(?:speed|how fast|bandwidth|rate)\b/i,
    means: /\d\s?(?:[kMG]i?(?:bit|b|B)(?:\/s|ps)|km\/h|mph|knots|rpm|fps)|\/s\b/,
  },
  {
    word: 'percent',
    asked: /\b(?:percent\w*|per cent|share|battery|progress|how (?:full|loud|bright|charged|likely))\b/i,
    means: /\d\s?%/,
  },
  { word: 'filename', asked: /\bfiles?\b/i, means: /\b[\w-]+\.[a-z]\w{1,4}\b/i },
  { word: 'version', asked: /\bversions?\b/i, means: /\bv?\d+\.\d+/ },
  {
    word: 'code',
    asked: /\b(?:code|(?:error|exit|status) (?:number|status))\b/i,
    means: /\b[A-Z]{1,5}-?\d{2,}\b|\b[1-5]\d\d\b|\bexit|\(\d+\)/,
  },
  {
    word: 'person',
    asked: /\bwho(?:m|se)?\b/i,
    means: /\p{Lu}\p{Ll}+ (?:\p{Lu}\. |van |von |de |al-|el-)?\p{Lu}\p{Ll}+|\b(?:Mrs?|Ms|Dr)\b|@\w/u,
  },
  {
    word: 'because',
    asked: /\b(?:why|reasons?|caused?|how come)\b/i,
    means: /\b(?:because|since|due to|caused?|reasons?|so that|therefore|owing|after|as)\b/i,
  },
];

/** It stands at the beginning of a source. */
const title: Pick<Unsaid, 'word' | 'asked'> = {
  word: 'title',
  asked: /\b(?:title|heading|headline|programs?|application|app|site|called|name of)\b/i,
};
const titleLines = 2;

/**
 * A question, or a line of a source, with the words that it means and does not have.
 * @param line of a source: its place there, from 0, and how it stands beside a question
 */
export function withMeaning(text: string, line?: { readonly at: number; readonly shown: string }): string {
  const meant = unsaid.filter(({ asked, means }) => (line ? means : asked).test(text)).map(({ word }) => word);
  if (line ? line.at < titleLines : title.asked.test(text)) meant.push(title.word);
  return [text, ...meant, ...numbered(line?.shown ?? text)].join(' ');
}

/** Things that a number or a letter tells apart, each as one word: of "gate 2", "Gate: 2" and "gate@2", "gate2". */
export function numbered(text: string): string[] {
  return [...text.matchAll(/(\p{L}{2,})(?::? |[-#@])#?(\d{1,4}|[B-HJ-Z])(?![\p{L}\p{N}]|[.:,/-]\d)/gu)].map(
    ([, name = '', number = '']) => stemmer(name.toLowerCase()) + number.toLowerCase(),
  );
}

/** What screens shorten or call otherwise, by what questions call it. */
const oneWord: Readonly<Record<string, string>> = {
  address: 'addr',
  amount: 'amt',
  average: 'avg',
  configuration: 'config',
  department: 'dept',
  description: 'desc',
  maximum: 'max',
  memory: 'mem',
  ram: 'mem',
  message: 'msg',
  minimum: 'min',
  quantity: 'qty',
  swap: 'swp',
  telephone: 'tel',
  phone: 'tel',
  temperature: 'temp',
  licence: 'license',
  directory: 'folder',
  erase: 'delete',
  remove: 'delete',
  begin: 'start',
  began: 'start',
  photo: 'picture',
  image: 'picture',
  purchase: 'buy',
  bought: 'buy',
  ...threeLetters('monday tuesday wednesday thursday friday saturday sunday'),
  ...threeLetters('january february march april june july august september october november december'),
};

function threeLetters(words: string): Record<string, string> {
  return Object.fromEntries(words.split(' ').map((word) => [word, word.slice(0, 3)]));
}

const forms = new Map(Object.entries(oneWord).map(([word, form]) => [stemmer(word), stemmer(form)]));

/**
 * Of a term, one for all that means the same: "Fri" is Friday, and "ledger" and "1edger" are one word, since whoever
 * reads it off a picture confuses these signs.
 */
export function oneForm(term: string): string {
  return (forms.get(term) ?? term).replace(/[li|]/g, '1').replace(/o/g, '0');
}
