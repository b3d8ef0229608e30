/** What clients of OpenAI's may ask for and this endpoint does not do: refused, or said with the answer. */
import { ApiError } from './apiError.js';

type Fields = Readonly<Record<string, unknown>>;

/** Without these the answer would have another shape than the client waits for; each with what to do. */
const refused: Readonly<Record<string, string>> = {
  functions: 'Name them as tools.',
  function_call: 'Give tool_choice.',
  logprobs: 'Leave it out: probabilities of tokens are not told.',
  top_logprobs: 'Leave it out: probabilities of tokens are not told.',
  audio: 'Leave it out: answers are text.',
  web_search_options: 'Leave it out: nothing here uses the network.',
};

/** They ask for nothing that an answer would show. */
const harmless = new Set([
  'user',
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'n',
  'modalities',
]);

/** @throws ApiError `not_supported` */
export function checkSupported(body: Fields): void {
  for (const [field, nextStep] of Object.entries(refused))
    if (!isNothing(body[field])) throw notSupported(field, nextStep);
  if (!isNothing(body['n']) && body['n'] !== 1)
    throw notSupported('n', 'Ask for one answer, and again for another one.');
  const { modalities } = body;
  if (!isNothing(modalities) && !(Array.isArray(modalities) && modalities.every((one) => one === 'text')))
    throw notSupported('modalities', 'Ask for text alone.');
}

/** @param known fields that are read @returns a line for each of the others that says something */
export function ignoredFields(body: Fields, known: readonly string[]): string[] {
  return Object.keys(body)
    .filter((field) => !known.includes(field) && !harmless.has(field) && !isNothing(body[field]))
    .map((field) => `${field.slice(0, 60)} is not supported and changes nothing`);
}

/** As clients fill in what their user did not choose. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function notSupported(field: string, nextStep: string): ApiError {
  return new ApiError(400, 'not_supported', `${field} is not supported`, nextStep, field);
}
