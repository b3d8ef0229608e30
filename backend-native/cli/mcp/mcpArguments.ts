import { parseArgs } from 'node:util';
import type { KvRatio } from '../../protocol/kv.js';
import type { EngineSettings } from '../../protocol/model.js';
import { kvSettingsFrom, engineSettingsFrom } from '../../server/conversation/settings.js';
import { cacheFrom } from '../cacheArguments.js';
import { UsageError } from '../usage.js';

export const mcpUsage = `Usage: npm run --silent mcp -- [options]

A server of the Model Context Protocol on stdin and stdout, with the tools look, read_text, find and models. Clients
name the folders that it may read (their roots); --root names more, or all for a client that names none.

  --root DIR                 a folder whose files may be read; may be given several times
  --model F                  the GGUF model that answers (the embedded one)
  --mmproj F                 the GGUF projector that belongs to it
  --kv-ratio R               the share of the KV cache to keep where a call says nothing, or auto (auto)
  --ctx-size N               tokens, 0 for as many as a prompt needs (0)
  --gpu-layers N             layers on the GPU, -1 for all (-1)
  --cache-dir DIR            where what was looked at is kept for the next time (look-once in the user's cache folder)
  --no-cache                 keeps nothing, and uses nothing that was kept
  --verbose                  what llama.cpp says, on stderr
  --help`;

export interface McpCommand {
  readonly roots: readonly string[];
  readonly modelPath?: string;
  readonly mmprojPath?: string;
  readonly kvRatio: KvRatio;
  readonly engine: Partial<EngineSettings>;
  readonly verbose: boolean;
}

/** @throws UsageError for a line that cannot be understood, BackendError for a value that is not allowed */
export function parseMcpArguments(args: readonly string[]): McpCommand | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  const ratio = values['kv-ratio'] ?? 'auto';
  const { ratio: kvRatio } = kvSettingsFrom({ ratio: ratio === 'auto' ? ratio : numberOf(ratio) });
  const cache = cacheFrom({ folder: values['cache-dir'], gigabytes: undefined, off: values['no-cache'] });
  return {
    roots: values.root ?? [],
    ...(values.model === undefined ? {} : { modelPath: values.model }),
    ...(values.mmproj === undefined ? {} : { mmprojPath: values.mmproj }),
    kvRatio,
    engine: engineSettingsFrom({
      ...(values['ctx-size'] === undefined ? {} : { contextSize: numberOf(values['ctx-size']) }),
      ...(values['gpu-layers'] === undefined ? {} : { gpuLayers: numberOf(values['gpu-layers']) }),
      ...(cache === undefined ? {} : { cache }),
    }),
    verbose: values.verbose ?? false,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        'root': { type: 'string', multiple: true },
        'model': text,
        'mmproj': text,
        'kv-ratio': text,
        'ctx-size': text,
        'gpu-layers': text,
        'cache-dir': text,
        'no-cache': flag,
        'verbose': flag,
        'help': flag,
      },
      strict: true,
    }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** An empty text is no number. */
function numberOf(value: string): number {
  return value.trim() === '' ? NaN : Number(value);
}
