import { l10n } from 'vscode';
import { partsText } from '../attachments/documentNotes.js';
import { autoChose } from '../../backend-native/protocol/answerNotes.js';
import type { KvReport } from '../../backend-native/protocol/ask.js';
import type { Answer, Conversation, Turn } from './conversation.js';

/** A conversation to share: questions, what they were about, answers, and what the KV cache kept. */
export function conversationMarkdown(conversation: Conversation): string {
  const title = conversation.title === '' ? l10n.t('Conversation') : conversation.title;
  const parts = [`# ${escapeInline(title)}`, ...conversation.turns.map(turnMarkdown)];
  return `${parts.join('\n\n')}\n`;
}

function turnMarkdown(turn: Turn): string {
  const attachments = turn.attachments.map(
    ({ name, pages = '', look }) =>
      `- ${escapeInline(name)}${pages === '' ? '' : ` (${partsText(look?.unit ?? 'page', pages)})`}`,
  );
  const compared = turn.answers.length > 1;
  return [
    `## ${l10n.t('Question')}`,
    quote(turn.question),
    ...(attachments.length > 0 ? [attachments.join('\n')] : []),
    ...turn.answers.flatMap((answer) => [
      `## ${compared ? l10n.t('Answer at a KV ratio of {0}', askedRatio(answer)) : l10n.t('Answer')}`,
      ...answerMarkdown(answer),
    ]),
  ].join('\n\n');
}

function answerMarkdown({ text, notes, error, status, result }: Answer): string[] {
  return [
    ...(text === '' ? [] : [text]),
    ...(status === 'stopped' ? [`*${l10n.t('Stopped.')}*`] : []),
    ...(error ? [`*${escapeInline(error.message)}*`] : []),
    ...notes.flatMap(({ text: line, details }) => [line, ...details]).map((line) => `*${escapeInline(line)}*`),
    ...(result ? [`*${facts(result)}*`] : []),
  ];
}

/** What was asked for; for auto what it became, where that is known. */
function askedRatio({ ratio, result }: Answer): string {
  return ratio === 'auto' && result ? usedRatio(result.kv) : String(ratio);
}

function usedRatio(kv: KvReport): string {
  return autoChose(kv) ? l10n.t('{0} (auto)', kv.ratio) : String(kv.ratio);
}

function facts({ model, device, prompt, kv, tokens, tokensPerSecond }: NonNullable<Answer['result']>): string {
  const cache = kv.compressed
    ? l10n.t(
        'KV cache: {0} of {1} cells kept ({2} of {3} MB), ratio {4}, {5}',
        kv.cellsAfter,
        kv.cellsBefore,
        megabytes(kv.bytesAfter),
        megabytes(kv.bytesBefore),
        usedRatio(kv),
        kv.method,
      )
    : l10n.t('KV cache: all {0} cells kept ({1} MB)', kv.cellsBefore, megabytes(kv.bytesBefore));
  const speed = l10n.t('{0} tokens at {1} tokens/s', tokens, tokensPerSecond.toFixed(1));
  return [escapeInline(`${model}, ${device}`), l10n.t('{0} tokens read', prompt.tokens), cache, speed].join('; ');
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** A name may not become markup where it stands in a line of ours. */
export function escapeInline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|~]/g, '\\$&');
}
