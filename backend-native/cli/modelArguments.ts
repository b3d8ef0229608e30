/** The options that say which model answers, and how, of every command that serves others: mcp and serve. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { KvRatio } from '../protocol/kv.js';
import type { LoadParams } from '../protocol/model.js';
import { engineSettingsFrom, kvSettingsFrom } from '../server/conversation/settings.js';
import { cacheFrom } from './cacheArguments.js';
import { UsageError } from './usage.js';

export const modelUsage = `\
  --model F                  the GGUF model that answers (that of a VS Code window, see below, or the embedded one)
  --mmproj F                 the GGUF projector that belongs to it
  --kv-ratio R               the share of the KV cache to keep where a request says nothing, or auto (auto)
  --ctx-size N               tokens, 0 for as many as a prompt needs (0)
  --gpu-layers N             layers on the GPU, -1 for all (-1)
  --cache-dir DIR            where what was looked at is kept for the next time (look-once in the user's cache folder)
  --no-cache                 keeps nothing, and uses nothing that was kept
  --verbose                  what llama.cpp says, on stderr
  --help

While a VS Code window of yours has its backend running, that one is shared: one model is in memory for all. It is left
to itself with --ctx-size, --gpu-layers, --cache-dir or --no-cache, and with a --model that it has not loaded.`;

export const modelOptions = {
  'model': { type: 'string' },
  'mmproj': { type: 'string' },
  'kv-ratio': { type: 'string' },
  'ctx-size': { type: 'string' },
  'gpu-layers': { type: 'string' },
  'cache-dir': { type: 'string' },
  'no-cache': { type: 'boolean' },
  'verbose': { type: 'boolean' },
  'help': { type: 'boolean' },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** What a backend that somebody else has started may do otherwise. */
const ownOptions = ['ctx-size', 'gpu-layers', 'cache-dir', 'no-cache'] as const;

export interface ModelCommand {
  readonly load: LoadParams;
  readonly kvRatio: KvRatio;
  readonly verbose: boolean;
  /** Whether the backend of a VS Code window will do: not when it was said how a model is loaded, or what is kept. */
  readonly shares: boolean;
}

type Values = {
  readonly [K in keyof typeof modelOptions]?:
    ((typeof modelOptions)[K]['type'] extends 'string' ? string : boolean) | undefined;
};

/** @throws BackendError for a value that is not allowed */
export function modelCommandFrom(values: Values): ModelCommand {
  const ratio = values['kv-ratio'] ?? 'auto';
  const { ratio: kvRatio } = kvSettingsFrom({ ratio: ratio === 'auto' ? ratio : numberOf(ratio) });
  const cache = cacheFrom({ folder: values['cache-dir'], gigabytes: undefined, off: values['no-cache'] });
  const engine = engineSettingsFrom({
    ...(values['ctx-size'] === undefined ? {} : { contextSize: numberOf(values['ctx-size']) }),
    ...(values['gpu-layers'] === undefined ? {} : { gpuLayers: numberOf(values['gpu-layers']) }),
    ...(cache === undefined ? {} : { cache }),
  });
  return {
    load: {
      ...(values.model === undefined ? {} : { modelPath: values.model }),
      ...(values.mmproj === undefined ? {} : { mmprojPath: values.mmproj }),
      engine,
    },
    kvRatio,
    verbose: values.verbose ?? false,
    shares: ownOptions.every((name) => values[name] === undefined),
  };
}

type Parsed<O extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; strict: true }>
>['values'];

/** @throws UsageError for an option that there is not, or one without its value */
export function parsedOptions<O extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: O,
): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** An empty text is no number. */
export function numberOf(value: string): number {
  return value.trim() === '' ? NaN : Number(value);
}
