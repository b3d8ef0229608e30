/** `npm run ask -- --show-input`: what would be read, attachment by attachment, without a model. */
import { asBackendError, type BackendError } from '../protocol/errors.js';
import type { InputReport } from '../protocol/showInput.js';
import { showInput as showAttachment, type ShowInputOptions } from '../server/attachments/showInput.js';
import { textLayerReader } from '../server/attachments/pictures/textLayer/readTextLayer.js';
import { RecogniserProcess } from '../server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textLayerCache } from '../server/attachments/pictures/textLayer/textLayerCache.js';
import type { ShowInputCommand } from './askArguments.js';
import { errorLine, type StatusLine } from './terminal.js';
import { exitStatus } from './usage.js';

/** What cannot be read is told on stderr, and the others are still shown. */
export async function showInput(command: ShowInputCommand, status: StatusLine, signal: AbortSignal): Promise<number> {
  const { images, documents, imageText, cache, json } = command;
  const recogniser = new RecogniserProcess();
  const kept = cache && textLayerCache(cache, (message) => process.stderr.write(`note: ${message}\n`));
  const options: ShowInputOptions = { imageText, reader: textLayerReader(recogniser, () => kept), signal };
  const attachments = [
    ...images.map((source) => ({ kind: 'image' as const, source })),
    ...documents.map((source) => ({ kind: 'document' as const, source })),
  ];
  const reports: InputReport[] = [];
  let failed: BackendError | undefined;
  try {
    for (const [i, attachment] of attachments.entries()) {
      status.show(`reading ${i + 1} of ${attachments.length}`);
      try {
        const report = await showAttachment(attachment, options);
        if (!report) return exitStatus.interrupted;
        status.clear();
        if (!json) process.stdout.write(`${i > 0 ? '\n' : ''}${asText(report)}`);
        reports.push(report);
      } catch (error) {
        failed = asBackendError(error);
        status.clear();
        process.stderr.write(`${errorLine(failed)}\n`);
      }
    }
  } finally {
    recogniser.close();
  }
  if (json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  return failed ? exitStatus.failed : exitStatus.done;
}

function asText({ file, format, notes, pages }: InputReport): string {
  const several = pages.length > 1;
  return [
    `== ${file} (${format})`,
    ...notes.map((note) => `note: ${note}`),
    ...pages.map(({ page, text }) => (several ? `-- page ${page}\n${text}` : text)),
    '',
  ].join('\n');
}
