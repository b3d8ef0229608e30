import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import type { AttachmentReport, AttachmentSource, InspectParams, InspectResult } from '../../protocol/inspect.js';
import { asBackendError } from '../asBackendError.js';
import type { TokenCounter } from './tokenCounter.js';

/**
 * Looks at every attachment. One that cannot be read is a report of its own, the others still are.
 * @param counter null while no model is loaded
 * @param signal aborted: the attachments not looked at so far are left out
 */
export async function inspectAttachments(params: InspectParams, counter: TokenCounter | null, signal: AbortSignal): Promise<InspectResult> {
  const attachments: AttachmentReport[] = [];
  for (const attachment of params.attachments) {
    if (signal.aborted) break;
    try {
      attachments.push(await inspectAttachment(attachment, counter));
    } catch (error) {
      const { code, message, nextStep } = asBackendError(error);
      attachments.push({ kind: 'failed', name: nameOf(attachment), error: { code, message, nextStep } });
    }
  }
  return { attachments };
}

function inspectAttachment(attachment: AttachmentSource, counter: TokenCounter | null): Promise<AttachmentReport> {
  const what = counter ? 'with' : 'without';
  return Promise.reject(new BackendError('internal', `${nameOf(attachment)} (${attachment.kind}, ${what} a model) cannot be inspected yet`));
}

function nameOf({ source }: AttachmentSource): string {
  return 'path' in source ? path.basename(source.path) : source.name;
}
