/**
 * What a user reads when something goes wrong: words for the facts of the error and, where these do not say what to do,
 * the next step of its code.
 */
import { l10n } from 'vscode';
import {
  asBackendError,
  errorCatalogue,
  type BackendErrorData,
  type ErrorCode,
} from '../backend-native/protocol/errors.js';
import { errorWords } from './errorWords.js';

/** The error as the panel shows it. What buttons come with it is in webview/protocol/errorActions.ts. */
export function errorView(error: unknown): BackendErrorData {
  const { code, message, nextStep, reason } = asBackendError(error);
  const words = reason && errorWords(reason);
  if (words) return { code, message: words.message, nextStep: words.nextStep ?? adviceFor(code), reason };
  // What is thrown in the extension brings its own words, in the user's language.
  return { code, message, nextStep: nextStep === errorCatalogue[code].nextStep ? adviceFor(code) : nextStep };
}

/** The error in one line of the log: with what a library said to it, which users are spared. */
export function errorLog(error: unknown): string {
  const { message, detail } = asBackendError(error);
  return detail === undefined ? message : `${message} (${detail})`;
}

/** The error in one line: what happened and what to do. */
export function errorText(error: unknown): string {
  const { message, nextStep } = errorView(error);
  return `${/[.!?…]$/.test(message) ? message : `${message}.`} ${nextStep}`;
}

/** The next step in VS Code, where the catalogue of the protocol speaks to the command line. */
function adviceFor(code: ErrorCode): string {
  switch (code) {
    case 'invalid_argument':
      return l10n.t('Correct the value named above.');
    case 'json_schema_invalid':
      return l10n.t('Correct the JSON Schema.');
    case 'kv_ratio_invalid':
      return l10n.t('Set a ratio above 0 and at most 1, such as 0.2.');
    case 'recent_share_invalid':
      return l10n.t('Set a share from 0 to 1, such as 0.5.');
    case 'budget_too_small':
      return l10n.t('Raise the KV ratio.');
    case 'file_not_found':
      return l10n.t('Check that the file is still there.');
    case 'path_not_allowed':
      return l10n.t('Choose a file inside the workspace.');
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
      return l10n.t('Attach PDF, an office document, a web page, a notebook or text.');
    case 'corrupt_document':
      return l10n.t('Save or copy the document again.');
    case 'encrypted_document':
      return l10n.t('Save a copy without the password and attach that.');
    case 'password_required':
      return l10n.t('Give the password of the document.');
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
    case 'tools_not_supported':
      return l10n.t('Choose a model whose chat template takes tools, or ask without tools.');
    case 'projector_missing':
      return l10n.t('Choose a model with a projector (mmproj), or set lookOnce.model.projectorPath.');
    case 'projector_mismatch':
      return l10n.t('Choose the projector (mmproj) that was published with this model.');
    case 'projector_invalid':
      return l10n.t('Choose another projector (mmproj), or download this one again.');
    case 'adapter_invalid':
      return l10n.t('Use the adapter that was made for this model, or none.');
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
