/**
 * Cases of an error that need a next step of their own. A reason is a code with fields: every client has its words for
 * it, and those here are the command line's.
 */
export type ErrorReason =
  | { readonly kind: PlainReason }
  /** Projectors lie beside the model, by their file names. */
  | { readonly kind: 'projectorBeside'; readonly files: readonly string[] }
  | { readonly kind: 'crashLimit'; readonly crashes: number; readonly minutes: number }
  /** A picture or document that its format's library cannot read. */
  | { readonly kind: 'damaged'; readonly file: string };

const plainReasons = {
  /** The system ended the process, which it does when memory runs out. */
  killed:
    'The system ended it, most likely for want of memory: use a smaller model, a smaller context or fewer images.',
  rpcServerLost:
    'Start ggml-rpc-server again, or load the model without it, then ask again: the backend restarts by itself.',
  deviceLost:
    'Ask again: the backend restarts by itself. If it happens again, update the driver, or load the model on the CPU.',
  rpcServerVersion:
    'Build the server from the same version of llama.cpp: `npm run build:native -- --target ggml-rpc-server`.',
  conversationFull: 'Start a new conversation, or use a larger context or a model with a longer one.',
  conversationPictures: 'Start a new conversation.',
  memoryForTurn:
    'Set a smaller context, use fewer or smaller images, keep less of the cache (a smaller KV ratio) or a ' +
    'quantised KV type, or close other programs.',
  questionEmpty: 'Ask something.',
  projectorWithoutVision: 'Give a projector (mmproj) with a vision encoder.',
  projectorWithoutModel: 'Give the model it belongs to, with --model.',
  projectorAsModel: 'Give the text model with --model and this file with --mmproj.',
  modelAsProjector: 'Give the projector (mmproj) file that was published with the model.',
  documentAsImage: 'Give it as a document (--doc), or give an image: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or SVG.',
  heicImage:
    'Export it as JPEG or PNG: Preview and Photos (macOS: sips -s format png FILE --out FILE.png) and every phone can.',
  imageAsDocument: 'Give it as an image (--image).',
} as const satisfies Readonly<Record<string, string>>;

export type PlainReason = keyof typeof plainReasons;

/** What the user of the command line can do. */
export function nextStepFor(reason: ErrorReason): string {
  switch (reason.kind) {
    case 'projectorBeside':
      return (
        'Give the projector that belongs to the model, with --mmproj; in its folder there is ' +
        `${reason.files.join(', ')}.`
      );
    case 'crashLimit':
      return 'Try another model or fewer images, then start again.';
    case 'damaged':
      return 'Save, copy or export it again.';
    default:
      return plainReasons[reason.kind];
  }
}

/** Reads a reason that came with an error; undefined for none, and for one of another version. */
export function reasonFrom(value: unknown): ErrorReason | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, file, files, crashes, minutes } = value as Partial<Record<string, unknown>>;
  if (kind === 'damaged') return typeof file === 'string' ? { kind, file } : undefined;
  if (kind === 'projectorBeside')
    return Array.isArray(files) && files.every((file) => typeof file === 'string') ? { kind, files } : undefined;
  if (kind === 'crashLimit')
    return typeof crashes === 'number' && typeof minutes === 'number' ? { kind, crashes, minutes } : undefined;
  return typeof kind === 'string' && Object.hasOwn(plainReasons, kind) ? { kind: kind as PlainReason } : undefined;
}
