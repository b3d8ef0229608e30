/** What a user reads when something goes wrong: the next step in VS Code, by the code of the error. */
import { l10n } from 'vscode';
import {
  BackendError,
  errorCatalogue,
  isErrorCode,
  type BackendErrorData,
  type ErrorCode,
} from '../backend-native/protocol/errors.js';
import { CrashLimit, isLostServer } from '../backend-native/protocol/processEnd.js';
import type { ActionName } from '../webview/protocol/state.js';

/** The error as the panel shows it. What buttons come with it is in webview/protocol/errorActions.ts. */
export function errorView(error: unknown): BackendErrorData {
  const { code, message, nextStep } = asError(error);
  // A case that knows better than the catalogue has its own words, unless they are meant for the command line.
  const knowsBetter = nextStep !== errorCatalogue[code].nextStep && !/--\w|npm run/.test(nextStep);
  if (code === 'backend_crashed' && isLostServer(message)) return { code, message, nextStep: lostServer() };
  if (knowsBetter && !/SIGKILL/.test(message)) return { code, message, nextStep };
  return { code, message, nextStep: /SIGKILL/.test(message) ? endedForMemory() : adviceFor(code) };
}

/** The error in one line: what happened and what to do. */
export function errorText(error: unknown): string {
  const { message, nextStep } = errorView(error);
  return `${/[.!?…]$/.test(message) ? message : `${message}.`} ${nextStep}`;
}

/** Anything thrown as an error with a code. */
export function asError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  return new BackendError(isErrorCode(code) ? code : 'internal', message);
}

export function tooManyCrashes(): BackendError {
  return new BackendError(
    'backend_crashed',
    l10n.t(
      'The backend crashed {0} times within {1} minutes and is not started again by itself.',
      CrashLimit.crashes,
      CrashLimit.windowMs / 60_000,
    ),
    l10n.t('Try another model or fewer images, then restart the backend.'),
  );
}

export function actionLabel(action: ActionName): string {
  switch (action) {
    case 'restartBackend':
      return l10n.t('Restart Backend');
    case 'showLog':
      return l10n.t('Show Log');
    case 'openSettings':
      return l10n.t('Open Settings');
    case 'chooseModel':
      return l10n.t('Choose Model…');
    case 'copyDiagnostics':
      return l10n.t('Copy Diagnostics');
    case 'newConversation':
      return l10n.t('New Conversation');
    case 'halveRatio':
      return l10n.t('Halve the KV Ratio');
    case 'smallerContext':
      return l10n.t('Use a Smaller Context');
    case 'manageTrust':
      return l10n.t('Manage Workspace Trust');
    case 'openSample':
      return l10n.t('Ask About the Sample Screenshot');
    case 'openWalkthrough':
      return l10n.t('Open Walkthrough');
  }
}

function endedForMemory(): string {
  return l10n.t(
    'The system ended it, most likely for want of memory: use a smaller context, a smaller KV ratio or a smaller model, then ask again.',
  );
}

function lostServer(): string {
  return l10n.t(
    'A server of lookOnce.model.rpcServers went away. Start ggml-rpc-server there again, or remove it from the setting, then ask again.',
  );
}

/** The next step in VS Code, where the catalogue of the protocol speaks to the command line. */
function adviceFor(code: ErrorCode): string {
  switch (code) {
    case 'invalid_argument':
      return l10n.t('Correct the value named above.');
    case 'kv_ratio_invalid':
      return l10n.t('Set a ratio above 0 and at most 1, such as 0.2.');
    case 'recent_share_invalid':
      return l10n.t('Set a share from 0 to 1, such as 0.5.');
    case 'budget_too_small':
      return l10n.t('Raise the KV ratio.');
    case 'file_not_found':
      return l10n.t('Check that the file is still there.');
    case 'not_a_file':
      return l10n.t('Name a file.');
    case 'file_empty':
      return l10n.t('Check that the file was saved or copied completely.');
    case 'unsupported_image':
      return l10n.t('Use PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or SVG.');
    case 'corrupt_image':
      return l10n.t('Save or copy the image again.');
    case 'image_too_large':
      return l10n.t('Crop the image or make it smaller.');
    case 'too_many_images':
      return l10n.t('Ask about fewer images at once.');
    case 'unsupported_document':
      return l10n.t('Attach text, Markdown, source code, PDF or docx.');
    case 'corrupt_document':
      return l10n.t('Save or copy the document again.');
    case 'encrypted_document':
      return l10n.t('Save a copy without the password and attach that.');
    case 'document_too_large':
      return l10n.t('Split the document, or choose fewer pages.');
    case 'page_range_invalid':
      return l10n.t('Give pages such as 1-3,7.');
    case 'model_invalid':
      return l10n.t('Choose another model, or download this one again.');
    case 'model_load_failed':
      return l10n.t('Choose a model that this version of llama.cpp supports.');
    case 'model_not_loaded':
      return l10n.t('Ask again: the model is loaded with the question.');
    case 'projector_missing':
      return l10n.t('Choose a model with a projector (mmproj), or set lookOnce.model.projectorPath.');
    case 'projector_mismatch':
      return l10n.t('Choose the projector (mmproj) that was published with this model.');
    case 'projector_invalid':
      return l10n.t('Choose another projector (mmproj), or download this one again.');
    case 'context_overflow':
      return l10n.t('Attach fewer or smaller images, choose fewer pages, or begin a new conversation.');
    case 'out_of_memory':
      return l10n.t('Use a smaller context, a smaller KV ratio or a smaller model, or close other programs.');
    case 'compute_failed':
      return l10n.t('Ask again. If it happens again, set lookOnce.model.gpuLayers to 0 to use the CPU.');
    case 'rpc_server_unavailable':
      return l10n.t('Start ggml-rpc-server on that machine, or correct lookOnce.model.rpcServers.');
    case 'network_refused':
      return l10n.t('Allow downloads (lookOnce.model.downloads), or choose a model that is on this machine.');
    case 'hub_unreachable':
      return l10n.t('Check the network and the proxy. What was fetched stays, and the download goes on from there.');
    case 'hub_busy':
      return l10n.t('Try again in some minutes. What was fetched stays, and the download goes on from there.');
    case 'hub_refused':
      return l10n.t('Accept its terms on the hub, and set a token of your account with Set Hub Token.');
    case 'hub_not_found':
      return l10n.t('Check the name; a file may have been renamed since it was listed.');
    case 'hub_invalid':
      return l10n.t('Check the proxy and HF_ENDPOINT, or try again later.');
    case 'download_corrupt':
      return l10n.t('Download it again. If it happens again, look for a proxy that changes files.');
    case 'disk_full':
      return l10n.t('Free some room on the disk, or set HF_HOME to a folder on another one.');
    case 'native_missing':
    case 'native_incompatible':
      return l10n.t('Install the extension again, for this platform; in a checkout, build its native part.');
    case 'backend_crashed':
      return l10n.t(
        'Ask again: the backend restarts by itself. If it happens again, try another model or fewer images.',
      );
    case 'backend_hung':
      return l10n.t('Ask again: the backend restarts by itself. If it happens again, report it with the diagnostics.');
    case 'busy':
      return l10n.t('Wait for the answer, or stop it.');
    case 'version_mismatch':
      return l10n.t('Install the extension again and reload the window.');
    case 'internal':
      return l10n.t('Report it with the diagnostics.');
  }
}
