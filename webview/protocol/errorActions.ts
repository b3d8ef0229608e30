import type { ErrorCode } from '../../backend-native/protocol/errors.js';
import type { ActionName } from './state.js';

/** Whether the same question may be answered the next time: otherwise something else has to change first. */
export function isWorthAskingAgain(code: ErrorCode): boolean {
  switch (code) {
    case 'backend_crashed':
    case 'backend_hung':
    case 'busy':
    case 'compute_failed':
    case 'internal':
    case 'model_not_loaded':
    case 'rpc_server_unavailable':
      return true;
    default:
      return false;
  }
}

/** What may help against an error, the likeliest first. */
export function actionsFor(code: ErrorCode): readonly ActionName[] {
  switch (code) {
    case 'out_of_memory':
      return ['smallerContext', 'halveRatio', 'chooseModel'];
    // More often than not it is memory that a process dies of.
    case 'backend_crashed':
      return ['smallerContext', 'halveRatio', 'showLog', 'copyDiagnostics'];
    case 'backend_hung':
      return ['showLog', 'copyDiagnostics'];
    case 'native_missing':
    case 'native_incompatible':
    case 'version_mismatch':
    case 'internal':
      return ['restartBackend', 'showLog', 'copyDiagnostics'];
    case 'compute_failed':
    case 'rpc_server_unavailable':
      return ['openSettings', 'showLog'];
    case 'model_invalid':
    case 'model_load_failed':
    case 'model_not_loaded':
    case 'tools_not_supported':
    case 'projector_missing':
    case 'projector_mismatch':
    case 'projector_invalid':
    case 'adapter_invalid':
      return ['chooseModel', 'showLog'];
    case 'context_overflow':
      return ['newConversation', 'chooseModel', 'openSettings'];
    case 'kv_ratio_invalid':
    case 'recent_share_invalid':
    case 'budget_too_small':
    case 'invalid_argument':
      return ['openSettings'];
    case 'network_refused':
      return ['openSettings', 'chooseModel'];
    case 'hub_unreachable':
    case 'hub_busy':
    case 'hub_refused':
    case 'hub_not_found':
    case 'hub_invalid':
    case 'download_corrupt':
    case 'disk_full':
      return ['chooseModel', 'showLog'];
    case 'file_not_found':
    case 'path_not_allowed':
    case 'not_a_file':
    case 'file_empty':
    case 'unsupported_image':
    case 'corrupt_image':
    case 'image_too_large':
    case 'too_many_images':
    case 'unsupported_document':
    case 'corrupt_document':
    case 'encrypted_document':
    case 'password_required':
    case 'document_too_large':
    case 'page_range_invalid':
    case 'json_schema_invalid':
    case 'busy':
      return [];
  }
}
