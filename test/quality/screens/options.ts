/** The command line of `npm run quality -- --screens`. */
import { parseArgs } from 'node:util';
import { UsageError } from '../../../backend-native/cli/usage.js';
import { imageTextSettings, type ImageTextSetting } from '../../../backend-native/protocol/imageText.js';
import type { KvRatio } from '../../../backend-native/protocol/kv.js';
import type { LoadParams } from '../../../backend-native/protocol/model.js';
import { refusedByUsage, wholeNumber } from '../../fixtures/options.js';
import { families, type Family } from './cases.js';

export const screensUsage = `Usage: npm run quality -- --screens [options]
  --ratios 1,auto,0.2  KV ratios to ask under (1,auto,0.2)
  --families A,B       only these of ${families.join(', ')}
  --limit N            at most so many questions of a family
  --model F --mmproj F a GGUF model and its projector; the embedded model when left out
  --lora F             a LoRA adapter of the model
  --image-text S       ${imageTextSettings.join('|')}: whether the text in pictures is read beside the model (auto)
  --threads N          CPU threads of a backend, 0 for as many as suit (0)
  --jobs N             backends side by side, each with the model in memory (1)
  --out DIR            where results.jsonl and report.md go (dist/screens)
  --resume             goes on with the results in DIR
  --help`;

export interface ScreensOptions {
  readonly ratios: readonly KvRatio[];
  readonly families: readonly Family[];
  /** Of every family; Infinity for all. */
  readonly limit: number;
  readonly model: Pick<LoadParams, 'modelPath' | 'mmprojPath' | 'adapterPaths'>;
  readonly imageText: ImageTextSetting;
  readonly threads: number;
  readonly jobs: number;
  readonly out?: string;
  readonly resume: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  'ratios': text,
  'families': text,
  'limit': text,
  'model': text,
  'mmproj': text,
  'lora': text,
  'image-text': text,
  'threads': text,
  'jobs': text,
  'out': text,
  'screens': flag,
  'resume': flag,
  'help': flag,
} as const;

/**
 * @returns 'help' when help was asked for
 * @throws UsageError for anything that cannot be understood
 */
export function parseScreensOptions(args: readonly string[]): ScreensOptions | 'help' {
  const values = refusedByUsage(() => parseArgs({ args: [...args], options: known, strict: true }).values);
  if (values.help) return 'help';
  return {
    ratios: (values.ratios ?? '1,auto,0.2').split(',').map(ratio),
    families: values.families === undefined ? families : values.families.split(',').map(family),
    limit: values.limit === undefined ? Infinity : wholeNumber('--limit', values.limit, 1),
    model: {
      ...(values.model === undefined ? {} : { modelPath: values.model }),
      ...(values.mmproj === undefined ? {} : { mmprojPath: values.mmproj }),
      ...(values.lora === undefined ? {} : { adapterPaths: [values.lora] }),
    },
    imageText: imageText(values['image-text'] ?? 'auto'),
    threads: wholeNumber('--threads', values.threads ?? '0', 0),
    jobs: wholeNumber('--jobs', values.jobs ?? '1', 1),
    ...(values.out === undefined ? {} : { out: values.out }),
    resume: values.resume ?? false,
  };
}

function ratio(given: string): KvRatio {
  if (given.trim() === 'auto') return 'auto';
  const value = given.trim() === '' ? NaN : Number(given);
  if (value > 0 && value <= 1) return value;
  throw new UsageError(`Expected ratios above 0 and at most 1, or auto, for --ratios but received ${given}`);
}

function family(given: string): Family {
  const found = families.find((name) => name === given.trim());
  if (found) return found;
  throw new UsageError(`Expected some of ${families.join(', ')} for --families but received ${given}`);
}

function imageText(given: string): ImageTextSetting {
  const found = imageTextSettings.find((name) => name === given);
  if (found) return found;
  throw new UsageError(`Expected one of ${imageTextSettings.join(', ')} for --image-text but received ${given}`);
}
