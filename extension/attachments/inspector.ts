import { BackendError } from '../../backend-native/protocol/errors.js';
import type { AttachmentReport } from '../../backend-native/protocol/inspect.js';
import type { Backend } from '../backend/backend.js';
import { sourceOf, type Attachment } from './attachment.js';
import type { AttachmentStore } from './attachmentStore.js';

/** Twice the size of a chip's picture, for dense screens. */
const thumbnailPixels = 160;
const picturePixels = 2048;

/** Has the backend look at attachments, and keeps their thumbnails. */
export class Inspector {
  constructor(
    private readonly backend: Pick<Backend, 'view' | 'request'>,
    private readonly store: AttachmentStore,
  ) {}

  /**
   * What it is, how large, and what it costs.
   * @param isWanted whether its thumbnail is still to be kept, once it is there
   * @throws BackendError when the backend could not look; an attachment that cannot be read is a report
   */
  async look(attachment: Attachment, isWanted: () => boolean): Promise<AttachmentReport> {
    const report = await this.inspect(attachment, thumbnailPixels);
    const png = thumbnailOf(report);
    if (png !== undefined && isWanted()) await this.store.putThumbnail(attachment.id, Buffer.from(png, 'base64'));
    return report;
  }

  /** A data: URI; null when there is none. Only an attachment that was never looked at asks a backend that is there. */
  async thumbnail(attachment: Attachment): Promise<string | null> {
    const stored = await this.store.thumbnail(attachment.id);
    if (stored) return asDataUri(stored.toString('base64'));
    // Showing a conversation again may not start the backend.
    if (attachment.look || this.backend.view.status === 'stopped') return null;
    const png = thumbnailOf(await this.look(attachment, () => true));
    return png === undefined ? null : asDataUri(png);
  }

  /**
   * The picture itself, or a page of a document, at most 2048 pixels long, as a data: URI; null when there is none.
   * @throws BackendError when it cannot be read
   */
  async picture(attachment: Attachment, page?: number): Promise<string | null> {
    const report = await this.inspect(
      page === undefined ? attachment : { ...attachment, pages: String(page), readAs: 'images' },
      picturePixels,
    );
    if (report.kind === 'failed') throw BackendError.from(report.error);
    const png = thumbnailOf(report);
    return png === undefined ? null : asDataUri(png);
  }

  private async inspect(attachment: Attachment, pixels: number): Promise<AttachmentReport> {
    const {
      attachments: [report],
    } = await this.backend.request('lookOnce/inspect', {
      attachments: [sourceOf(attachment)],
      thumbnailPixels: pixels,
    });
    if (!report)
      throw new BackendError('internal', {
        kind: 'expected',
        expected: `a report of ${attachment.name}`,
        received: 'none',
      });
    return report;
  }
}

function thumbnailOf(report: AttachmentReport): string | undefined {
  return report.kind === 'failed' ? undefined : report.thumbnail;
}

function asDataUri(png: string): string {
  return `data:image/png;base64,${png}`;
}
