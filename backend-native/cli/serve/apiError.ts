/** What goes wrong, in the form that OpenAI's clients read, with our codes and next steps. */
import { asBackendError, type BackendError, type ErrorCode } from '../../protocol/errors.js';

/** Of HTTP itself; everything else carries a code of the backend. */
export type HttpErrorCode =
  | 'host_not_allowed'
  | 'origin_not_allowed'
  | 'invalid_api_key'
  | 'unknown_url'
  | 'method_not_allowed'
  | 'invalid_content_type'
  | 'body_too_large'
  | 'body_incomplete'
  | 'invalid_json'
  | 'not_supported';

export class ApiError extends Error {
  /** @param param the field of the request that is wrong; null when it is none */
  constructor(
    readonly status: number,
    readonly code: HttpErrorCode | ErrorCode,
    message: string,
    readonly nextStep: string,
    readonly param: string | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The body of the response. */
  get body() {
    const { status, code, message, nextStep, param } = this;
    const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
    // Most clients show the message alone.
    return { error: { message: `${message} — ${nextStep}`, type, param, code, next_step: nextStep } };
  }
}

/** Anything thrown, with the status that lets a client try again only where that helps. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const failure = asBackendError(error);
  return new ApiError(statusOf(failure), failure.code, failure.message, failure.nextStep);
}

function statusOf({ code }: BackendError): number {
  switch (code) {
    case 'busy':
      return 429;
    case 'file_not_found':
      return 404;
    case 'image_too_large':
    case 'too_many_images':
    case 'document_too_large':
      return 413;
    case 'internal':
    case 'backend_crashed':
    case 'backend_hung':
    case 'compute_failed':
    case 'out_of_memory':
    case 'native_missing':
    case 'native_incompatible':
    case 'version_mismatch':
    case 'disk_full':
    case 'model_load_failed':
    case 'model_not_loaded':
    case 'rpc_server_unavailable':
      return 500;
    default:
      return 400;
  }
}
