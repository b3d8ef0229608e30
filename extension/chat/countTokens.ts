/** Tokens of a message before it is asked: by the model where it is loaded, otherwise an estimate. */
import type { ChatPart } from '../../backend-native/client/chatTurns.js';
import { extensionOf } from '../../backend-native/protocol/formats.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import type { Backend } from '../backend/backend.js';

/** A character of usual text is so much of a token. */
const perCharacter = 0.3;
/** Vision models make between 64 and some thousand of one picture. */
const perPicture = 256;

/** @param load of the model that will be asked; nothing is loaded for counting */
export async function countTokens(
  backend: Pick<Backend, 'holds' | 'request'>,
  load: LoadParams,
  parts: readonly ChatPart[],
): Promise<number> {
  const all = parts.flatMap((part) => ('toolResult' in part ? part.toolResult.parts : [part]));
  const text = all.map(textOf).join('');
  const pictures = all.flatMap((part) => ('mime' in part ? [part] : []));
  const estimates = [...(text === '' ? [] : [text.length * perCharacter]), ...pictures.map(() => perPicture)];
  const counts = estimates.length > 0 && backend.holds(load) ? await counted(backend, text, pictures) : [];
  return Math.ceil(estimates.reduce((sum, estimate, i) => sum + (counts[i] ?? estimate), 0));
}

function textOf(part: ChatPart): string {
  if ('toolCall' in part) return `${part.toolCall.name}${part.toolCall.arguments}`;
  return 'text' in part ? part.text : '';
}

/** In the order of the estimates; null for what cannot be counted. */
async function counted(
  backend: Pick<Backend, 'request'>,
  text: string,
  pictures: readonly { readonly mime: string; readonly base64: string }[],
): Promise<(number | null)[]> {
  const attachments: AttachmentSource[] = [
    ...(text === '' ? [] : [{ kind: 'document' as const, source: { name: 'message', text } }]),
    ...pictures.map(({ mime, base64 }) => ({
      kind: 'image' as const,
      source: { name: `picture.${extensionOf(mime)}`, base64 },
    })),
  ];
  const { attachments: reports } = await backend.request('lookOnce/inspect', { attachments });
  return reports.map((report) => (report.kind === 'failed' ? null : report.tokens));
}
