/** The command line of `npm run ask`. Values are checked by the server's own rules, before a process is started. */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultMethod, kvMethods, mergeRules } from '../protocol/kv.js';
import type { AskParams, DocumentSource, ImageSource, SamplingSettings } from '../protocol/ask.js';
import type { ImageTextSetting } from '../protocol/imageText.js';
import type { CacheSettings, LoadParams } from '../protocol/model.js';
import {
  documentLimitsFrom,
  engineSettingsFrom,
  imageTextFrom,
  kvSettingsFrom,
  largeImagesFrom,
  samplingSettingsFrom,
} from '../server/conversation/settings.js';
import { documentReadAsFrom } from '../server/attachments/documents/readAs.js';
import { cacheFrom } from './cacheArguments.js';
import { UsageError } from './usage.js';

export const askUsage = `Usage: npm run --silent ask -- [options] "question"
  --model F --mmproj F       a GGUF model and its projector; the embedded model when left out
  --hf OWNER/NAME[:QUANT]    a model of the Hugging Face hub, fetched once into its cache; HF_TOKEN for gated ones
  --lora F                   a LoRA adapter (GGUF) of the model; may be given several times
  --image F                  an image to ask about; may be given several times
  --image-frame N            the frame or page of the image before it, from 1 (1)
  --doc F                    a document: PDF, Office and OpenDocument files, web page, notebook, e-mail, book, text or
                             code; may be given several times
  --doc-pages P              pages, slides or sheets of the document before it, such as 1-3,7 or 5- (all)
  --doc-password TEXT        opens the encrypted PDF before it
  --doc-as A                 auto|text|images, for the document before it: pages as text where they have some, or
                             drawn (auto)
  --doc-max-tokens N         what all documents may take, 0 for as many as fit (0)
  --doc-max-image-pages N    pages that are read as images at most (16)
  --read-all                 reads every part of the documents and puts the answers together: for questions about the
                             whole of what is longer than the context
  --image-text T             auto|on|off: whether the words of images go to the model as text; auto: always for the
                             embedded model, for others when they cannot read an image at the size they see it (auto)
  --large-images L           auto|slice|shrink: whether images with more pixels than the model reads are read in
                             pieces; auto: long ones that would be unreadable (auto)
  --show-input               asks nothing and needs no model: prints what would be read of the images and documents
  --system TEXT              what the model is told before everything else
  --follow-up "question"     asked after the answer, on the same conversation; may be given several times
  --kv-ratio R               the share of the KV cache to keep, above 0 and at most 1, or auto: by the prompt and
                             free memory (auto)
  --recent-share P           the share of that for the newest tokens, 0 to 1, or auto: as the method says (auto)
  --method M                 ${kvMethods.join('|')} (${defaultMethod}); look-m is the paper's
  --merge M                  ${['auto', ...mergeRules].join('|')}; auto: as the method says (auto)
  --merge-what W             auto|keys+values|values; auto: by the model (auto)
  --text-prior T             auto|on|off: whether text is preferred over images; auto: as the method says (auto)
  --min-prompt N             prompts shorter than N tokens keep the full cache (256)
  --kv-reading R             auto|whole|chunks: compressed once the whole prompt was read, or while it is read; auto: in
                             chunks where the full cache would not fit into the free memory (auto)
  --max-tokens N             the longest answer (256)
  --temperature T            0 always takes the likeliest token (as the model's file advises, else 0)
  --reasoning R              on|off: whether a model that reasons before it answers may do so (on)
  --max-reasoning-tokens N   the longest reasoning, 0 for no limit; it does not count for --max-tokens (1024)
  --stop TEXT                ends the answer before this text; may be given several times
  --json-schema S            a JSON Schema that the answer follows: JSON, or the path of a file that holds it
  --allow-loops              does not end an answer that goes in circles
  --ignore-end               goes on to --max-tokens: for benchmarks
  --seed N                   of the sampler and of --method random (0)
  --gpu-layers N             layers on the GPU, -1 for all (-1)
  --device NAME              the device to use
  --rpc HOST:PORT[,...]      ggml RPC servers whose devices join those of this machine; they get the model
                             and the prompt unencrypted
  --threads N                CPU threads, 0 for as many as suit (0)
  --ctx-size N               tokens of context, 0 for as many as are needed (0)
  --kv-type T                f16|q8_0|q4_0 (f16)
  --image-min-tokens N       bounds of the tokens an image takes, 0 for the model's own (0)
  --image-max-tokens N
  --cache-dir DIR            where what was looked at is kept for the next time (look-once in the user's cache folder)
  --cache-max-gigabytes N    of that; what was not used for longest goes first (4)
  --no-cache                 keeps nothing, and uses nothing that was kept
  --json                     print one JSON object at the end
  --verbose                  what llama.cpp says, on stderr
  --help`;

export interface AskCommand {
  readonly load: LoadParams;
  /** A repository of the hub, whose model is used in place of those of `load`. */
  readonly hub?: string;
  readonly ask: AskParams;
  readonly followUps: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
}

/** What would be read of attachments is to be shown; nothing is asked. */
export interface ShowInputCommand {
  readonly images: readonly ImageSource[];
  readonly documents: readonly DocumentSource[];
  readonly imageText: ImageTextSetting;
  readonly cache?: CacheSettings;
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

const options = {
  'model': text,
  'mmproj': text,
  'hf': text,
  'lora': texts,
  'image': texts,
  'image-frame': texts,
  'doc': texts,
  'doc-pages': texts,
  'doc-as': texts,
  'doc-password': texts,
  'doc-max-tokens': text,
  'doc-max-image-pages': text,
  'read-all': flag,
  'image-text': text,
  'large-images': text,
  'show-input': flag,
  'system': text,
  'follow-up': texts,
  'kv-ratio': text,
  'recent-share': text,
  'method': text,
  'merge': text,
  'merge-what': text,
  'text-prior': text,
  'min-prompt': text,
  'kv-reading': text,
  'max-tokens': text,
  'temperature': text,
  'reasoning': text,
  'max-reasoning-tokens': text,
  'stop': texts,
  'json-schema': text,
  'allow-loops': flag,
  'ignore-end': flag,
  'seed': text,
  'gpu-layers': text,
  'device': text,
  'rpc': text,
  'threads': text,
  'ctx-size': text,
  'kv-type': text,
  'image-min-tokens': text,
  'image-max-tokens': text,
  'cache-dir': text,
  'cache-max-gigabytes': text,
  'no-cache': flag,
  'json': flag,
  'verbose': flag,
  'help': flag,
} as const;

/**
 * @returns 'help' when help was asked for
 * @throws UsageError for a line that cannot be understood, BackendError for a value that is not allowed
 */
export function parseAskArguments(args: readonly string[]): AskCommand | 'help' {
  const { values, positionals, tokens } = parse(args);
  if (values.help) return 'help';
  const [question, ...others] = positionals;
  if (question === undefined || question.trim() === '') throw new UsageError('Expected a question');
  if (others.length > 0) {
    throw new UsageError(
      `Expected one question but received ${positionals.length}: ` +
        'put it in quotes, and every file after its --image or --doc',
    );
  }
  if (values.hf !== undefined && (values.model ?? values.mmproj) !== undefined)
    throw new UsageError('Expected --hf or --model and --mmproj, not both');
  const seed = numberOf(values.seed);
  const kv = kvSettingsFrom(
    given({
      method: values.method,
      ratio: values['kv-ratio'] === 'auto' ? 'auto' : numberOf(values['kv-ratio']),
      recentShare: numberOf(unlessAuto(values['recent-share'])),
      merge: unlessAuto(values.merge),
      mergeWhat: values['merge-what'],
      textPrior: onOff(unlessAuto(values['text-prior'])),
      minPromptTokens: numberOf(values['min-prompt']),
      reading: values['kv-reading'],
      seed,
    }),
  );
  // What is left open is as the model's file advises.
  const sampling = given({
    maxTokens: numberOf(values['max-tokens']),
    temperature: numberOf(values.temperature),
    ignoreEnd: values['ignore-end'],
    reasoning: onOff(values.reasoning),
    maxReasoningTokens: numberOf(values['max-reasoning-tokens']),
    stop: values.stop,
    endLoops: values['allow-loops'] ? false : undefined,
    jsonSchema: jsonSchemaOf(values['json-schema']),
    seed,
  });
  samplingSettingsFrom(sampling);
  const engine = engineSettingsFrom(
    given({
      gpuLayers: numberOf(values['gpu-layers']),
      device: values.device,
      rpcServers: values.rpc?.split(','),
      threads: numberOf(values.threads),
      contextSize: numberOf(values['ctx-size']),
      kvType: values['kv-type'],
      imageMinTokens: numberOf(values['image-min-tokens']),
      imageMaxTokens: numberOf(values['image-max-tokens']),
      cache: cacheOf(values),
      // The process ends with its answers.
      holdMinutes: 0,
    }),
  );
  return {
    ...given({ hub: values.hf }),
    load: { ...given({ modelPath: values.model, mmprojPath: values.mmproj, adapterPaths: values.lora }), engine },
    ask: {
      question,
      ...given({ system: values.system }),
      images: imagesOf(tokens),
      imageText: imageTextFrom(values['image-text']),
      largeImages: largeImagesFrom(values['large-images']),
      documents: documentsOf(tokens),
      documentLimits: documentLimitsFrom(
        given({
          maxTokens: numberOf(values['doc-max-tokens']),
          maxImagePages: numberOf(values['doc-max-image-pages']),
        }),
      ),
      ...given({ readAll: values['read-all'] }),
      kv,
      sampling: sampling as Partial<SamplingSettings>,
    },
    followUps: values['follow-up'] ?? [],
    json: values.json ?? false,
    verbose: values.verbose ?? false,
  };
}

/**
 * @returns undefined for a line that asks something, or for help
 * @throws UsageError, BackendError as parseAskArguments does
 */
export function parseShowInputArguments(args: readonly string[]): ShowInputCommand | undefined {
  const { values, positionals, tokens } = parse(args);
  if (values.help || !values['show-input']) return undefined;
  const images = imagesOf(tokens);
  const documents = documentsOf(tokens);
  if (positionals.length > 0) throw new UsageError('Expected no question beside --show-input, which asks nothing');
  if (images.length + documents.length === 0) throw new UsageError('Expected an --image or a --doc to show');
  const imageText = imageTextFrom(values['image-text']);
  return { images, documents, imageText, ...given({ cache: cacheOf(values) }), json: values.json ?? false };
}

/** JSON begins with a bracket; anything else is the path of a file. */
function jsonSchemaOf(value: string | undefined): string | undefined {
  if (value === undefined || value.trim().startsWith('{')) return value;
  try {
    return fs.readFileSync(value, 'utf8');
  } catch (error) {
    throw new UsageError(`Expected JSON or a file for --json-schema: ${(error as Error).message}`);
  }
}

type Values = ReturnType<typeof parse>['values'];

/** What follows an --image says which of its frames is read. */
function imagesOf(tokens: ReturnType<typeof parse>['tokens']): ImageFile[] {
  const images: ImageFile[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    if (token.name === 'image') images.push({ path: token.value });
    if (token.name !== 'image-frame') continue;
    const last = images.pop();
    if (!last) throw new UsageError('Expected --image-frame after the --image that it is about');
    const frame = numberOf(token.value);
    if (frame === undefined || !Number.isInteger(frame) || frame < 1)
      throw new UsageError(`Expected a whole number from 1 for --image-frame but received ${token.value}`);
    images.push({ ...last, frame });
  }
  return images;
}

type ImageFile = Extract<ImageSource, { path: string }>;

function cacheOf(values: Values): CacheSettings | undefined {
  return cacheFrom({
    folder: values['cache-dir'],
    gigabytes: numberOf(values['cache-max-gigabytes']),
    off: values['no-cache'],
  });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: joinNegativeNumbers(args), options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** What follows a --doc says how that one is read. */
function documentsOf(tokens: ReturnType<typeof parse>['tokens']): DocumentFile[] {
  const documents: DocumentFile[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    if (token.name === 'doc') documents.push({ path: token.value });
    if (token.name !== 'doc-pages' && token.name !== 'doc-as' && token.name !== 'doc-password') continue;
    const last = documents.pop();
    if (!last) throw new UsageError(`Expected --${token.name} after the --doc that it is about`);
    const reading =
      token.name === 'doc-pages'
        ? { pages: token.value }
        : token.name === 'doc-password'
          ? { password: token.value }
          : { readAs: documentReadAsFrom(token.value) };
    documents.push({ ...last, ...reading });
  }
  return documents;
}

type DocumentFile = Extract<DocumentSource, { path: string }>;

/** `--kv-ratio -1` is a bad value and not a missing one; parseArgs reads it so only with an equals sign. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    if (/^-[\d.]/.test(arg) && before.startsWith('--') && before.length > 2 && !before.includes('=')) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else {
      joined.push(arg);
    }
  }
  return joined;
}

/** Not a number stays that, so that the refusal can name it; an empty text is no number either. */
function numberOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return value.trim() === '' ? NaN : Number(value);
}

/** A part that is left to the method is one that is not given. */
function unlessAuto(value: string | undefined): string | undefined {
  return value === 'auto' ? undefined : value;
}

/** Any other word goes through and is refused with the rest. */
function onOff(value: string | undefined): boolean | string | undefined {
  return value === 'on' ? true : value === 'off' ? false : value;
}

/** Leaves out what was not given, so that the defaults apply. */
function given<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
