/** Tools of a turn, checked. */
import { randomInt } from 'node:crypto';
import type { AskParams } from '../../protocol/ask.js';
import { BackendError } from '../../protocol/errors.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ToolCall, ToolResult } from '../../protocol/tools.js';
import type { NativeTools } from '../transport/nativeAddon.js';

const mostTools = 256;
/** Of all tools together, as JSON. */
const mostCharacters = 2 ** 20;
const noParameters = { type: 'object', properties: {} };

/** @returns undefined for a turn that offers none @throws BackendError `invalid_argument` */
export function toolOfferFrom({ tools, sampling, readAll }: AskParams): NativeTools | undefined {
  const given: unknown = tools;
  if (given === undefined) return undefined;
  const { list, required = false, parallel = false } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(list) || list.length === 0 || list.length > mostTools)
    throw refused(`a list of 1 to ${mostTools} tools`, Array.isArray(list) ? `${list.length}` : typeof list);
  if (typeof required !== 'boolean') throw refused('true or false for whether a call is required', required);
  if (typeof parallel !== 'boolean') throw refused('true or false for several calls at once', parallel);
  if (sampling?.jsonSchema !== undefined) throw refused('a turn with either tools or a JSON Schema', 'both');
  if (readAll === true) throw refused('a turn with tools that is not read in parts', 'both');
  if (JSON.stringify(list).length > mostCharacters)
    throw refused(`tools of at most ${mostCharacters} characters together`, 'more');
  const read = list.map(toolFrom);
  const names = read.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw refused('tools of different names', `two of the name ${twice}`);
  return { list: read, required, parallel };
}

function toolFrom(given: unknown): NativeTools['list'][number] {
  const { name, description = '', parameters = noParameters } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !/^[\w.:/-]{1,128}$/.test(name))
    throw refused('the name of a tool to be 1 to 128 letters, digits or any of _ . : / -', name);
  if (typeof description !== 'string') throw refused(`a text for the description of the tool ${name}`, description);
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    throw refused(`a JSON Schema for the parameters of the tool ${name}`, parameters);
  return { name, description, parameters: JSON.stringify(parameters) };
}

/**
 * Every call has one result, in the turn after it, and no result is without a call.
 * @throws BackendError `invalid_argument`
 */
export function checkToolTurns({ conversation, toolResults }: AskParams): void {
  let calls: readonly ToolCall[] = [];
  for (const turn of [...(conversation?.history ?? []), { toolResults, toolCalls: [] }]) {
    const results = listOf<ToolResult>(
      turn.toolResults ?? [],
      isResult,
      'the results of tools with an id, a name and a content',
    );
    const open = new Set(calls.map(({ id }) => id));
    for (const { id } of results)
      if (!open.delete(id)) throw refused('the result of a call of the answer before it, once', `one of ${id}`);
    for (const id of open) throw refused(`the result of the call ${id}`, 'none');
    calls = listOf<ToolCall>(
      turn.toolCalls ?? [],
      isCall,
      'the calls of tools with an id, a name and an object as arguments',
    );
    const ids = calls.map(({ id }) => id);
    if (new Set(ids).size < ids.length) throw refused('calls of different ids', ids.join(', '));
  }
}

function listOf<T>(given: unknown, is: (value: Partial<Record<string, unknown>>) => boolean, expected: string): T[] {
  if (!Array.isArray(given) || !given.every((one) => typeof one === 'object' && one !== null && is(one as object)))
    throw refused(expected, JSON.stringify(given).slice(0, 200));
  return given as T[];
}

function isResult({ id, name, content }: Partial<Record<keyof ToolResult, unknown>>): boolean {
  return typeof id === 'string' && typeof name === 'string' && typeof content === 'string';
}

function isCall({ id, name, arguments: given }: Partial<Record<keyof ToolCall, unknown>>): boolean {
  return typeof id === 'string' && typeof name === 'string' && typeof given === 'string' && isObject(given);
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whether a model has to know of tools to be asked this. */
export function usesTools({ tools, toolResults = [], conversation }: AskParams): boolean {
  return (
    tools !== undefined ||
    toolResults.length > 0 ||
    (conversation?.history ?? []).some((turn) => (turn.toolCalls ?? []).length > 0)
  );
}

export function withoutTools({ description }: Pick<ModelInfo, 'description'>): BackendError {
  return new BackendError('tools_not_supported', { kind: 'noTools', model: description });
}

const idCharacters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Templates of Mistral's take ids of nine letters and digits alone. */
export function withId(call: ToolCall): ToolCall {
  if (call.id !== '') return call;
  const id = Array.from({ length: 9 }, () => idCharacters.charAt(randomInt(idCharacters.length))).join('');
  return { ...call, id };
}

function refused(expected: string, received: unknown): BackendError {
  return new BackendError('invalid_argument', { kind: 'expected', expected: expected, received: String(received) });
}
