/** Checks what arrives from outside before the panel believes its types. */
import { isErrorCode } from '../../backend-native/protocol/errors.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { KvMap } from '../../backend-native/protocol/kvMap.js';
import type { HostMessage, PanelRequests } from '../protocol/messages.js';
import type { PanelState, RunningView } from '../protocol/state.js';

/** @returns the message; undefined when it is none of ours, or does not have the shape that its type promises */
export function readHostMessage(data: unknown): HostMessage | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.type) {
    case 'init':
      return (data.l10n === null || isRecord(data.l10n)) && isState(data.state) && isRunningOrNull(data.running)
        ? (data as unknown as HostMessage)
        : undefined;
    case 'state':
      return isState(data.state) ? (data as unknown as HostMessage) : undefined;
    case 'running':
      return isRunningOrNull(data.running) ? (data as unknown as HostMessage) : undefined;
    case 'focusQuestion':
      return data.text === undefined || typeof data.text === 'string' ? (data as unknown as HostMessage) : undefined;
    case 'showKvMap':
      return typeof data.turnId === 'string' && isCount(data.answerIndex) && isCount(data.image)
        ? (data as unknown as HostMessage)
        : undefined;
    case 'response':
      if (!isCount(data.id)) return undefined;
      return data.ok === true || (data.ok === false && isError(data.error))
        ? (data as unknown as HostMessage)
        : undefined;
    default:
      return undefined;
  }
}

/** Data URIs of raster images are the only pictures that the panel ever shows. */
export function isPictureUri(value: unknown): value is string {
  return typeof value === 'string' && /^data:image\/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+=*$/.test(value);
}

/** Whether a map's numbers can be drawn: every tile lies over its image, and the bytes are as many as they should be. */
export function isKvMap(value: unknown): value is KvMap {
  if (
    !isRecord(value) ||
    !isCount(value.layers) ||
    !Array.isArray(value.layerCompressed) ||
    value.layerCompressed.length !== value.layers
  )
    return false;
  const layers = value.layers;
  return (
    Array.isArray(value.images) &&
    value.images.every((image: unknown) => {
      if (
        !isRecord(image) ||
        typeof image.name !== 'string' ||
        !isCount(image.tokens) ||
        typeof image.survival !== 'string' ||
        !Array.isArray(image.tiles)
      )
        return false;
      const tokens = image.tokens;
      if (base64Bytes(image.survival) !== layers * tokens) return false;
      return image.tiles.every((tile: unknown) => isTile(tile, tokens));
    })
  );
}

/** Which attachment, and page, each image of a map comes from. */
export function isPictureList(value: unknown): value is PanelPictures {
  return (
    Array.isArray(value) &&
    value.every(
      (picture: unknown) =>
        isRecord(picture) &&
        typeof picture.attachmentId === 'string' &&
        (picture.page === undefined || isCount(picture.page)),
    )
  );
}

/** Whether what is written in an image can be drawn: boxes lie on it. */
export function isImageText(value: unknown): value is NonNullable<PanelRequests['imageText']['result']> {
  if (!isRecord(value) || !isCount(value.width) || !isCount(value.height) || !Array.isArray(value.lines)) return false;
  if (typeof value.text !== 'string' || typeof value.note !== 'string') return false;
  return value.lines.every((line: unknown) => isRecord(line) && typeof line.text === 'string' && isBox(line.box));
}

function isBox(value: unknown): boolean {
  return Array.isArray(value) && value.length === 4 && value.every((side) => Number.isFinite(side));
}

type PanelPictures = NonNullable<PanelRequests['kvMap']['result']>['pictures'];

function isTile(tile: unknown, tokens: number): boolean {
  if (!isRecord(tile) || !isCount(tile.columns) || !isCount(tile.rows) || !isCount(tile.firstToken)) return false;
  if (typeof tile.spatial !== 'boolean' || typeof tile.overview !== 'boolean') return false;
  return (
    overlaps(tile.x, tile.width) &&
    overlaps(tile.y, tile.height) &&
    tile.firstToken + tile.columns * tile.rows <= tokens
  );
}

/** Whether a part of the tile lies on the image; the rest may be the padding around it. */
function overlaps(start: unknown, length: unknown): boolean {
  return (
    typeof start === 'number' &&
    typeof length === 'number' &&
    Number.isFinite(length) &&
    length > 0 &&
    start < 1 &&
    start + length > 0
  );
}

function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

function isState(value: unknown): value is PanelState {
  if (!isRecord(value)) return false;
  const { backend, model, conversation, conversations, draft, kv, notices } = value;
  return (
    isRecord(backend) &&
    typeof backend.status === 'string' &&
    isRecord(model) &&
    typeof model.name === 'string' &&
    isRecord(conversation) &&
    typeof conversation.id === 'string' &&
    Array.isArray(conversation.turns) &&
    conversation.turns.every(isTurn) &&
    Array.isArray(conversations) &&
    conversations.every((summary) => isRecord(summary) && Array.isArray(summary.about)) &&
    isRecord(draft) &&
    Array.isArray(draft.attachments) &&
    draft.attachments.every(isAttachment) &&
    typeof draft.heldTokens === 'number' &&
    isRecord(kv) &&
    isRatio(kv.ratio) &&
    isRatio(kv.settingRatio) &&
    typeof kv.comparedRatio === 'number' &&
    Array.isArray(notices) &&
    notices.every(
      (notice) => isRecord(notice) && typeof notice.message === 'string' && Array.isArray(notice.actions),
    ) &&
    typeof value.trusted === 'boolean'
  );
}

function isRatio(value: unknown): boolean {
  return value === 'auto' || typeof value === 'number';
}

function isTurn(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.question === 'string' &&
    Array.isArray(value.attachments) &&
    value.attachments.every(isAttachment) &&
    Array.isArray(value.answers) &&
    value.answers.every(
      (answer) =>
        isRecord(answer) &&
        typeof answer.text === 'string' &&
        typeof answer.status === 'string' &&
        isRatio(answer.ratio) &&
        Array.isArray(answer.notes) &&
        answer.notes.every(isNote),
    )
  );
}

function isNote(value: unknown): boolean {
  return isRecord(value) && typeof value.text === 'string' && Array.isArray(value.details);
}

function isAttachment(value: unknown): boolean {
  return (
    isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string' && typeof value.kind === 'string'
  );
}

function isRunningOrNull(value: unknown): value is RunningView | null {
  if (value === null) return true;
  return (
    isRecord(value) &&
    typeof value.conversationId === 'string' &&
    typeof value.turnId === 'string' &&
    isCount(value.answerIndex) &&
    typeof value.text === 'string' &&
    isRecord(value.progress) &&
    typeof value.progress.phase === 'string'
  );
}

function isError(value: unknown): value is BackendErrorData {
  return (
    isRecord(value) &&
    isErrorCode(value.code) &&
    typeof value.message === 'string' &&
    typeof value.nextStep === 'string'
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
