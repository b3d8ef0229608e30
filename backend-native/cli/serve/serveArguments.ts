import { randomBytes } from 'node:crypto';
import { samplingSettingsFrom } from '../../server/conversation/settings.js';
import {
  modelCommandFrom,
  modelOptions,
  modelUsage,
  numberOf,
  parsedOptions,
  type ModelCommand,
} from '../modelArguments.js';
import { UsageError } from '../usage.js';

/** Of the environment: a command line can be read by everybody on the machine. */
export const tokenVariable = 'LOOK_ONCE_TOKEN';
const defaultPort = 8033;
/** Answers of a chat are longer than those about one screenshot. */
const defaultMaxTokens = 1024;
const leastTokenCharacters = 16;

export const serveUsage = `Usage: npm run --silent serve -- [options]

An OpenAI-compatible endpoint on this machine alone: http://127.0.0.1:PORT/v1 with chat/completions (text, pictures as
data URIs, streaming, tools) and models. Pages in a browser cannot ask it.

  --port N                   0 for any that is free (${defaultPort})
  --token T                  what clients send as their API key; ${tokenVariable} in the environment gives one
                             that no process list shows (one is made and printed)
  --max-tokens N             the longest answer where a request says nothing (${defaultMaxTokens})
${modelUsage}`;

export interface ServeCommand extends ModelCommand {
  readonly port: number;
  readonly token: string;
  /** Whether it was made here, and nobody knows it yet. */
  readonly tokenIsNew: boolean;
  readonly maxTokens: number;
}

/** @throws UsageError for a line that cannot be understood, BackendError for a value that is not allowed */
export function parseServeArguments(args: readonly string[], env: NodeJS.ProcessEnv): ServeCommand | 'help' {
  const values = parsedOptions(args, {
    'port': { type: 'string' },
    'token': { type: 'string' },
    'max-tokens': { type: 'string' },
    ...modelOptions,
  });
  if (values.help) return 'help';
  const given = values.token ?? env[tokenVariable];
  if (given !== undefined && !/^[\x21-\x7e]+$/.test(given))
    throw new UsageError('Expected a token of visible ASCII characters without spaces');
  if (given !== undefined && given.length < leastTokenCharacters)
    throw new UsageError(`Expected a token of at least ${leastTokenCharacters} characters`);
  const maxTokens = values['max-tokens'] === undefined ? defaultMaxTokens : numberOf(values['max-tokens']);
  return {
    port: portFrom(values.port),
    token: given ?? randomBytes(24).toString('base64url'),
    tokenIsNew: given === undefined,
    maxTokens: samplingSettingsFrom({ maxTokens }).maxTokens,
    ...modelCommandFrom(values),
  };
}

function portFrom(given: string | undefined): number {
  const port = given === undefined ? defaultPort : numberOf(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`Expected a port from 0 to 65535 but received ${given ?? ''}`);
  return port;
}
