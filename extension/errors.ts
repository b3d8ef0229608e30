/** What a user reads and can do when something goes wrong: one catalogue, by the code of the error. */
import { l10n } from 'vscode';
import { BackendError, errorCatalogue, isErrorCode, type BackendErrorData, type ErrorCode } from '../backend-native/protocol/errors.js';
import { CrashLimit } from '../backend-native/protocol/processEnd.js';
import type { ActionName, NoticeAction } from '../webview/protocol/state.js';

interface Advice {
  /** What the user can do here, where the catalogue of the protocol speaks to the command line. */
  readonly nextStep?: () => string;
  readonly actions: readonly ActionName[];
}

const advice: Readonly<Record<ErrorCode, Advice>> = {
  invalid_argument: { actions: [] },
  kv_ratio_invalid: { actions: ['openSettings'] },
  recent_share_invalid: { actions: ['openSettings'] },
  budget_too_small: { actions: ['openSettings'] },
  file_not_found: { nextStep: () => l10n.t('Check that the file is still there.'), actions: [] },
  not_a_file: { actions: [] },
  file_empty: { nextStep: () => l10n.t('Check that the file was saved or copied completely.'), actions: [] },
  unsupported_image: { nextStep: () => l10n.t('Use PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or SVG.'), actions: [] },
  corrupt_image: { nextStep: () => l10n.t('Save or copy the image again.'), actions: [] },
  image_too_large: { nextStep: () => l10n.t('Crop the image or make it smaller.'), actions: [] },
  too_many_images: { nextStep: () => l10n.t('Ask about fewer images at once.'), actions: [] },
  unsupported_document: { nextStep: () => l10n.t('Attach text, Markdown, source code, PDF or docx.'), actions: [] },
  corrupt_document: { nextStep: () => l10n.t('Save or copy the document again.'), actions: [] },
  encrypted_document: { nextStep: () => l10n.t('Save a copy without the password and attach that.'), actions: [] },
  document_too_large: { nextStep: () => l10n.t('Split the document, or choose fewer pages.'), actions: [] },
  page_range_invalid: { nextStep: () => l10n.t('Give pages such as 1-3,7.'), actions: [] },
  model_invalid: { nextStep: () => l10n.t('Choose another model, or download this one again.'), actions: ['chooseModel', 'openSettings'] },
  model_load_failed: { nextStep: () => l10n.t('Choose a model that this version of llama.cpp supports.'), actions: ['chooseModel', 'showLog'] },
  model_not_loaded: { nextStep: () => l10n.t('Ask again: the model is loaded with the question.'), actions: [] },
  projector_missing: { nextStep: () => l10n.t('Choose a model with a projector (mmproj), or set `lookOnce.model.projectorPath`.'), actions: ['chooseModel', 'openSettings'] },
  projector_mismatch: { nextStep: () => l10n.t('Choose the projector (mmproj) that was published with this model.'), actions: ['chooseModel', 'openSettings'] },
  projector_invalid: { nextStep: () => l10n.t('Choose another projector (mmproj), or download this one again.'), actions: ['chooseModel', 'openSettings'] },
  context_overflow: { nextStep: () => l10n.t('Attach fewer or smaller images, choose fewer pages, or begin a new conversation.'), actions: ['newConversation', 'openSettings'] },
  out_of_memory: { nextStep: () => l10n.t('Use a smaller context, a smaller KV ratio or a smaller model, or close other programs.'), actions: ['smallerContext', 'halveRatio', 'chooseModel'] },
  compute_failed: { nextStep: () => l10n.t('Ask again. If it happens again, set `lookOnce.model.gpuLayers` to 0 to use the CPU.'), actions: ['openSettings', 'showLog'] },
  native_missing: { nextStep: () => l10n.t('Install the extension again, for this platform. In a checkout, run `npm run build:native`.'), actions: ['copyDiagnostics', 'showLog'] },
  native_incompatible: { nextStep: () => l10n.t('Install the extension again, for this platform. In a checkout, run `npm run build:native`.'), actions: ['copyDiagnostics', 'showLog'] },
  backend_crashed: { nextStep: () => l10n.t('Ask again: the backend restarts by itself. If it happens again, try another model or fewer images.'), actions: ['restartBackend', 'showLog', 'copyDiagnostics'] },
  backend_hung: { nextStep: () => l10n.t('Ask again: the backend restarts by itself. If it happens again, report it with the diagnostics.'), actions: ['restartBackend', 'showLog', 'copyDiagnostics'] },
  busy: { nextStep: () => l10n.t('Wait for the answer, or stop it.'), actions: [] },
  version_mismatch: { nextStep: () => l10n.t('Install the extension again and reload the window.'), actions: ['copyDiagnostics'] },
  internal: { nextStep: () => l10n.t('Report it with the diagnostics.'), actions: ['copyDiagnostics', 'showLog'] },
};

/** Ended by SIGKILL, or with an allocation that failed in its last words. */
const wantOfMemory = /by SIGKILL|bad_alloc|out of memory|cannot allocate|failed to allocate/i;

/** The error as the panel shows it, with the next step for a user of VS Code. */
export function errorView(error: unknown): BackendErrorData {
  const { code, message, nextStep } = asError(error);
  return { code, message, nextStep: nextStepOf(code, message, nextStep) };
}

/** What buttons to offer with an error. */
export function errorActions({ code, message }: Pick<BackendErrorData, 'code' | 'message'>): readonly NoticeAction[] {
  const { actions } = advice[endedForMemory(code, message) ? 'out_of_memory' : code];
  return actions.map((action) => ({ label: actionLabel(action), action }));
}

export function actionLabel(action: ActionName): string {
  switch (action) {
    case 'restartBackend': return l10n.t('Restart Backend');
    case 'showLog': return l10n.t('Show Log');
    case 'openSettings': return l10n.t('Open Settings');
    case 'chooseModel': return l10n.t('Choose Model…');
    case 'copyDiagnostics': return l10n.t('Copy Diagnostics');
    case 'newConversation': return l10n.t('New Conversation');
    case 'halveRatio': return l10n.t('Halve the KV Ratio');
    case 'smallerContext': return l10n.t('Use a Smaller Context');
    case 'manageTrust': return l10n.t('Manage Workspace Trust');
    case 'openSample': return l10n.t('Try the Sample Screenshot');
    case 'openWalkthrough': return l10n.t('Open Walkthrough');
  }
}

export function tooManyCrashes(): BackendError {
  return new BackendError(
    'backend_crashed',
    l10n.t('The backend crashed {0} times within {1} minutes and is not started again by itself.', CrashLimit.crashes, CrashLimit.windowMs / 60_000),
    l10n.t('Try another model or fewer images, then restart the backend.'),
  );
}

/** Anything thrown as an error with a code. */
export function asError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  return new BackendError(isErrorCode(code) ? code : 'internal', message);
}

function nextStepOf(code: ErrorCode, message: string, given: string): string {
  if (endedForMemory(code, message)) {
    return l10n.t('The system most likely ended it for want of memory: use a smaller context, a smaller KV ratio or a smaller model.');
  }
  // A case that knows better than the catalogue has its own words.
  const knowsBetter = given !== errorCatalogue[code].nextStep && !/--\w|npm run/.test(given);
  return knowsBetter ? given : (advice[code].nextStep?.() ?? given);
}

function endedForMemory(code: ErrorCode, message: string): boolean {
  return code === 'backend_crashed' && wantOfMemory.test(message);
}
