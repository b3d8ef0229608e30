/**
 * Everything that can go wrong, by a code that never changes its meaning.
 * The message says what happened with the names and numbers of the case, which its reason holds as facts; the next step
 * is what the user can do.
 */
import { nextStepFor, reasonFrom, sentenceOf, type ErrorReason } from './errorReasons.js';

export interface BackendErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly nextStep: string;
  /** The facts, for a client that has words of its own for them. */
  readonly reason?: ErrorReason;
  /** What a library said to it: for the log, not for users. */
  readonly detail?: string;
}

export interface ErrorKind {
  /** When this code is used: a contract for those who map codes to messages of their own. */
  readonly meaning: string;
  /** What the user can do, unless the case at hand knows better. */
  readonly nextStep: string;
}

export const errorCatalogue = {
  invalid_argument: {
    meaning: 'A value is outside what the request allows.',
    nextStep: 'Correct the value named above.',
  },
  json_schema_invalid: {
    meaning: 'A JSON Schema that an answer has to follow is no JSON, or says what no grammar can be made of.',
    nextStep: 'Correct the schema, or leave out what the message names.',
  },
  kv_ratio_invalid: {
    meaning: 'The share of the cache to keep is not a number above 0 and at most 1.',
    nextStep: 'Give a ratio above 0 and at most 1, such as 0.2.',
  },
  recent_share_invalid: {
    meaning: 'The share of the budget that goes to the newest tokens is not a number from 0 to 1.',
    nextStep: 'Give a share from 0 to 1, such as 0.5.',
  },
  budget_too_small: {
    meaning: 'The ratio leaves less than one token of this prompt.',
    nextStep: 'Raise the ratio.',
  },
  file_not_found: {
    meaning: 'There is no file at a path, or it may not be read.',
    nextStep: 'Check the path.',
  },
  path_not_allowed: {
    meaning: 'A file lies outside of the folders that a client may have read.',
    nextStep: 'Name its folder as a root: in the client, or with --root.',
  },
  not_a_file: {
    meaning: 'A path names a directory or a device where a file is needed.',
    nextStep: 'Name a file.',
  },
  file_empty: {
    meaning: 'A file holds no bytes.',
    nextStep: 'Check that the file was saved or copied completely.',
  },
  unsupported_image: {
    meaning: 'The bytes are of no image format that is read here.',
    nextStep: 'Use PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or SVG.',
  },
  corrupt_image: {
    meaning: 'The bytes begin like an image but are damaged or cut short.',
    nextStep: 'Save or copy the image again.',
  },
  image_too_large: {
    meaning: 'An image, or all images of a turn together, have more pixels or bytes than are read.',
    nextStep: 'Crop the image or make it smaller.',
  },
  too_many_images: {
    meaning: 'One turn brings more images than are read.',
    nextStep: 'Ask about fewer images at once.',
  },
  unsupported_document: {
    meaning: 'A document is of no format that is read here.',
    nextStep: 'Give PDF, an office document (docx, xlsx, pptx, odt, ods, odp), a web page, a notebook or text.',
  },
  corrupt_document: {
    meaning: 'A document is damaged, cut short, or not what its format says.',
    nextStep: 'Save or copy the document again.',
  },
  encrypted_document: {
    meaning: 'A document is protected by a password.',
    nextStep: 'Save a copy without the password and attach that.',
  },
  password_required: {
    meaning: 'A PDF opens with a password only, and none or a wrong one was given.',
    nextStep: 'Give its password (--doc-password).',
  },
  document_too_large: {
    meaning: 'A document has more bytes, pages or unpacked content than is read, or takes longer than it may.',
    nextStep: 'Split the document, or choose fewer pages.',
  },
  page_range_invalid: {
    meaning: 'A page range cannot be understood, or names pages that the document does not have.',
    nextStep: 'Give pages such as 1-3,7.',
  },
  model_invalid: {
    meaning: 'A model file is not a usable GGUF text model: wrong format, damaged, cut short.',
    nextStep: 'Download the model again and compare its checksum.',
  },
  model_load_failed: {
    meaning: 'A model file looks right but llama.cpp cannot run it.',
    nextStep: 'Choose a model that the llama.cpp named above supports.',
  },
  model_not_loaded: {
    meaning: 'A question was asked before a model was loaded.',
    nextStep: 'Load a model first.',
  },
  tools_not_supported: {
    meaning: 'A turn has tools, and the chat template of the model takes none, or refuses these.',
    nextStep: 'Choose a model whose chat template takes tools, or leave the tools out.',
  },
  projector_missing: {
    meaning: 'The turn brings images, and the model was loaded without a projector.',
    nextStep: 'Give the projector (mmproj) file that belongs to the model, with --mmproj.',
  },
  projector_mismatch: {
    meaning: 'The projector belongs to another model.',
    nextStep: 'Use the projector (mmproj) file that was published with this model.',
  },
  projector_invalid: {
    meaning: 'A projector file is not a usable GGUF projector: wrong format, damaged, cut short.',
    nextStep: 'Download the projector again and compare its checksum.',
  },
  adapter_invalid: {
    meaning: 'A LoRA adapter is not a usable GGUF adapter, or it was made for another model.',
    nextStep: 'Use the adapter file that was made for this model, or leave it out.',
  },
  context_overflow: {
    meaning: 'The prompt has more tokens than the context; the message holds both numbers.',
    nextStep: 'Use fewer or smaller images, a shorter text, or a model with a longer context.',
  },
  out_of_memory: {
    meaning: 'Memory for the model, the context or an image could not be had.',
    nextStep: 'Use a smaller context, a smaller model or a quantised KV type, or close other programs.',
  },
  compute_failed: {
    meaning: 'A device took a computation and did not finish it.',
    nextStep: 'Ask again; if it happens again, use another device (--device) or the CPU (--gpu-layers 0).',
  },
  rpc_server_unavailable: {
    meaning: 'A server whose devices were to be used cannot be reached, is busy, or speaks another version.',
    nextStep: 'Start ggml-rpc-server there, check the address (--rpc host:port), or load the model without it.',
  },
  network_refused: {
    meaning:
      'The network may not be used: offline by the environment, by a setting, or in a workspace that is not trusted.',
    nextStep: 'Allow downloads, or use a model that is on this machine.',
  },
  hub_unreachable: {
    meaning: 'The hub cannot be reached, or the connection breaks again and again.',
    nextStep:
      'Check the network and the proxy (HTTPS_PROXY); what was fetched stays, and the download goes on from there.',
  },
  hub_busy: {
    meaning: 'The hub answers that it is busy or limits how often it is asked, again and again.',
    nextStep: 'Try again in some minutes; what was fetched stays, and the download goes on from there.',
  },
  hub_refused: {
    meaning: 'The hub refuses a repository: it is private, or its terms have to be accepted first.',
    nextStep: 'Accept its terms on the hub and give a token of your account, with HF_TOKEN.',
  },
  hub_not_found: {
    meaning: 'The hub has no such repository, file or quantisation.',
    nextStep: 'Check the name; a file may have been renamed since it was listed.',
  },
  hub_invalid: {
    meaning: 'The hub answers something that makes no sense: redirects in a circle, no JSON, another file.',
    nextStep: 'Check HF_ENDPOINT and the proxy, or try again later.',
  },
  download_corrupt: {
    meaning: 'A file was fetched whole and has another checksum than the hub says.',
    nextStep: 'Download it again; if it happens again, look for a proxy that changes files.',
  },
  disk_full: {
    meaning: 'There is not enough room on the disk.',
    nextStep: 'Free some room, or set HF_HOME to a folder on another disk.',
  },
  native_missing: {
    meaning: 'The native addon is not there.',
    nextStep: 'Build it with `npm run build:native`.',
  },
  native_incompatible: {
    meaning: 'The native addon is there but does not load here: another platform, a damaged file, another interface.',
    nextStep: 'Build it again on this machine with `npm run build:native`.',
  },
  backend_crashed: {
    meaning: 'The backend process ended in the middle of the work; the message holds its last words.',
    nextStep: 'Ask again: the backend restarts by itself. If it happens again, try another model or fewer images.',
  },
  backend_hung: {
    meaning: 'The backend process gave no sign of life for so long that it was ended.',
    nextStep: 'Ask again: the backend restarts by itself. If it happens again, report it with the diagnostics.',
  },
  busy: {
    meaning: 'More requests wait than the queue takes.',
    nextStep: 'Wait for an answer, or cancel a request.',
  },
  version_mismatch: {
    meaning: 'The client and the backend speak different versions of the protocol.',
    nextStep: 'Install both from the same release; in a checkout run `npm run build`.',
  },
  internal: {
    meaning: 'A fault of this program.',
    nextStep: 'Report it with the message above.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The words of an error that was made elsewhere. Nobody but `BackendError.from` makes one. */
class Travelled {
  constructor(readonly data: Omit<BackendErrorData, 'code' | 'detail'>) {}
}

/** The one error type of the backend and its clients. Its words are made of the reason, here and nowhere else. */
export class BackendError extends Error implements BackendErrorData {
  readonly code: ErrorCode;
  readonly nextStep: string;
  readonly reason?: ErrorReason;
  readonly detail?: string;

  /** @param detail what a library said, for the log; empty for nothing */
  constructor(code: ErrorCode, why: ErrorReason | Travelled, detail = '') {
    const { message, nextStep, reason } =
      why instanceof Travelled
        ? why.data
        : { message: sentenceOf(why), nextStep: nextStepFor(why) ?? errorCatalogue[code].nextStep, reason: why };
    super(message);
    this.name = 'BackendError';
    this.code = code;
    this.nextStep = nextStep;
    if (reason) this.reason = reason;
    if (detail !== '') this.detail = detail;
  }

  /**
   * From the data of another process or thread, or of a file: the words come along, for what the other side knows and
   * this one does not.
   */
  static from({ code, message, nextStep, reason, detail }: BackendErrorData): BackendError {
    return new BackendError(code, new Travelled({ message, nextStep, ...(reason && { reason }) }), detail);
  }

  /** As it goes into a message or a file. */
  get data(): BackendErrorData {
    const { code, message, nextStep, reason, detail } = this;
    return { code, message, nextStep, ...(reason && { reason }), ...(detail !== undefined && { detail }) };
  }
}

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorCatalogue, text);
}

/** Reads the data of a failed response; undefined when it is not one of ours. */
export function errorFromData(data: unknown): BackendError | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { code, message, nextStep, reason, detail } = data as Partial<Record<keyof BackendErrorData, unknown>>;
  if (!isErrorCode(code) || typeof message !== 'string' || typeof nextStep !== 'string') return undefined;
  const known = reasonFrom(reason);
  return BackendError.from({
    code,
    message,
    nextStep,
    ...(known && { reason: known }),
    ...(typeof detail === 'string' && { detail }),
  });
}

/** Of what a connection rejects with: the other side's error is in its data. */
export function errorFromResponse(error: unknown): BackendError {
  return errorFromData((error as { data?: unknown } | null)?.data) ?? asBackendError(error);
}

/**
 * Anything thrown as an error with a code. What carries none, as the addon's and Node's own do not all, is a fault of
 * this program. The addon's have a reason where the core knows the facts.
 */
export function asBackendError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const { code, reason } = (error ?? {}) as { code?: unknown; reason?: unknown };
  return new BackendError(isErrorCode(code) ? code : 'internal', reasonFrom(reason) ?? { kind: 'foreign', message });
}
