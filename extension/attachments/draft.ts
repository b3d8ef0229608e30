import path from 'node:path';
import * as vscode from 'vscode';
import { BackendError } from '../../backend-native/protocol/errors.js';
import type { DocumentReadAs, PicturePart } from '../../backend-native/protocol/ask.js';
import type { DraftView } from '../../webview/protocol/state.js';
import type { Backend } from '../backend/backend.js';
import { heldTokens } from '../conversation/conversation.js';
import type { Conversations } from '../conversation/conversations.js';
import { aborted } from '../aborted.js';
import { errorLog, errorView } from '../errors.js';
import type { Settings } from '../settings/settings.js';
import { wholeOf, type Attachment } from './attachment.js';
import { AttachmentReader, isFolder, readError, unreadable } from './attachmentReader.js';
import { AttachmentStore } from './attachmentStore.js';
import {
  added,
  allDue,
  draftView,
  find,
  looked,
  moved,
  notLooked,
  removed,
  restored,
  withPages,
  withPart,
  withWords,
  type DraftEntries,
  type DraftEntry,
} from './draftEntries.js';
import { chooseFromFolders } from './folders.js';
import { readImageText, wordsOf, type ImageText } from './imageText.js';
import { Inspector } from './inspector.js';
import { openAttachment } from './openAttachment.js';
import { pickFiles } from './pickFiles.js';
import { refusalOf } from './refusal.js';
import { SavedDraft } from './savedDraft.js';
import { userError } from '../userError.js';

export interface PictureChoice {
  readonly page?: number;
  readonly whole?: boolean;
}

export interface DraftServices {
  readonly context: Pick<vscode.ExtensionContext, 'storageUri' | 'globalStorageUri' | 'globalState'>;
  readonly log: Pick<vscode.LogOutputChannel, 'warn' | 'error'>;
  readonly settings: Pick<Settings, 'current'>;
  readonly backend: Pick<Backend, 'model' | 'view' | 'onDidChange' | 'ensureLoaded' | 'request'>;
  readonly conversations: Pick<Conversations, 'open' | 'attachment' | 'onDidDropAttachments'>;
}

/**
 * The attachments of the next question. The backend looks at each as soon as it is attached, which starts it, and the
 * model is loaded meanwhile, so that token counts appear and the first question is answered sooner. Saved with the
 * workspace.
 */
export class Draft implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly store: AttachmentStore;
  private readonly reader: AttachmentReader;
  private readonly inspector: Inspector;
  private readonly subscriptions: vscode.Disposable[];
  private readonly saved: SavedDraft;
  private entries: DraftEntries = [];
  private readonly restored: Promise<void>;
  private readonly adding = new Set<Promise<unknown>>();
  private looking: Promise<void> | undefined;
  /** Pictures whose words are being counted. */
  private counting = 0;
  /** The model whose tokens were counted last. */
  private counted: unknown;

  constructor(private readonly services: DraftServices) {
    const { context, settings, backend, conversations } = services;
    const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
    this.store = new AttachmentStore(path.join(storage, 'attachments'));
    this.saved = new SavedDraft(storage);
    this.reader = new AttachmentReader(this.store, () => settings.current.documents.readAs);
    this.inspector = new Inspector(backend, this.store);
    this.restored = this.restore();
    this.subscriptions = [
      backend.onDidChange(() => {
        this.countAgain();
      }),
      conversations.onDidDropAttachments((attachments) => {
        this.forget(attachments);
      }),
    ];
  }

  get attachments(): readonly Attachment[] {
    return this.entries.map((entry) => entry.attachment);
  }

  /** Whether the backend has looked at every attachment, read its words, and found nothing wrong with it. */
  get isReady(): boolean {
    const isBusy = this.looking !== undefined || this.adding.size > 0 || this.counting > 0;
    return !isBusy && this.entries.every(({ state }) => state.name === 'ready');
  }

  get view(): DraftView {
    const { model } = this.services.backend;
    return draftView(
      this.entries,
      model ? this.services.settings.current.load.engine?.contextSize || model.contextTrain : null,
      heldTokens(this.services.conversations.open),
    );
  }

  /**
   * Attaches files, and of folders the pictures and documents that the user agrees to. What cannot be read becomes a
   * chip that says why.
   */
  async addUris(uris: readonly vscode.Uri[]): Promise<void> {
    await this.add(
      async () => {
        const folders: vscode.Uri[] = [];
        for (const uri of uris) {
          try {
            if (await isFolder(uri)) folders.push(uri);
            else await this.put(await this.reader.fromUri(uri));
          } catch (error) {
            this.refuse(uri, error);
          }
        }
        return folders;
      },
      async (folders) => {
        const [first] = folders;
        if (!first) return;
        try {
          await this.addUris(await chooseFromFolders(this.services.context, folders));
        } catch (error) {
          this.refuse(first, error);
        }
      },
    );
  }

  /** @throws BackendError when there are too many bytes */
  async addBytes(name: string, mime: string, base64: string): Promise<void> {
    await this.add(async () => {
      await this.put(await this.reader.fromBytes(name, mime, Buffer.from(base64, 'base64')));
    });
  }

  /** @throws BackendError when the selection is empty or too long */
  async addSelection(document: vscode.TextDocument, selection: vscode.Range): Promise<void> {
    await this.add(() => this.put(this.reader.fromSelection(document, selection)));
  }

  /** Resolves when what is attached now is saved. */
  async flush(): Promise<void> {
    await this.restored;
    await this.saved.flush();
  }

  /** Opens the file dialog. */
  async pick(): Promise<void> {
    await this.addUris(await pickFiles());
  }

  remove(id: string): void {
    const entry = find(this.entries, id);
    if (!entry) return;
    this.set(removed(this.entries, id));
    this.forget([entry.attachment]);
  }

  clear(): void {
    const { attachments } = this;
    this.set([]);
    this.forget(attachments);
  }

  move(id: string, to: number): void {
    this.set(moved(this.entries, id, to));
  }

  setPages(id: string, pages: string, readAs: DocumentReadAs): void {
    this.set(withPages(this.entries, id, pages, readAs));
    this.look();
  }

  /**
   * Asks about a part of an image only, or about all of it again (null).
   * @throws BackendError invalid_argument when there is no such image, or no such part of it
   */
  setPart(id: string, part: PicturePart | null): void {
    const before = this.entries;
    this.set(withPart(before, id, part));
    if (this.entries === before)
      throw userError(
        'invalid_argument',
        vscode.l10n.t('That part of the picture cannot be taken.'),
        vscode.l10n.t('Draw the rectangle again.'),
      );
    this.look();
  }

  /** Waits until all that is attached was looked at. @returns false when the signal was aborted before that */
  async settled(signal?: AbortSignal): Promise<boolean> {
    await this.restored;
    while (this.adding.size > 0 || this.looking) {
      await Promise.race([Promise.all([...this.adding, this.looking]), aborted(signal)]);
      if (signal?.aborted) return false;
    }
    return true;
  }

  /**
   * The attachments for a question, once all were looked at; they are no longer the draft's then.
   * @throws BackendError the first that cannot be read; the draft stays as it is
   */
  async take(): Promise<readonly Attachment[]> {
    await this.settled();
    const refusal = refusalOf(this.entries);
    if (refusal) throw refusal;
    const taken = this.attachments;
    this.set([]);
    return taken;
  }

  /** Gives back what was taken, when the question could not be asked. */
  putBack(attachments: readonly Attachment[]): void {
    this.set([
      ...attachments.reduce<DraftEntries>((entries, attachment) => added(entries, attachment, { name: 'ready' }), []),
      ...this.entries,
    ]);
  }

  /** A thumbnail of an attachment, here or in the open conversation, as a data: URI; null when there is none. */
  async thumbnail(id: string): Promise<string | null> {
    const attachment = this.find(id);
    return attachment ? await this.inspector.thumbnail(attachment) : null;
  }

  /**
   * The picture itself, or a page of a document, at most 2048 pixels long, as a data: URI; null when there is none.
   * @param whole all of it, where a part was chosen
   */
  async picture(id: string, { page, whole }: PictureChoice): Promise<string | null> {
    const attachment = this.find(id);
    return attachment ? await this.inspector.picture(whole === true ? wholeOf(attachment) : attachment, page) : null;
  }

  /** What is written in an image, or a page of a document; null when it is not there any more. */
  async imageText(id: string, page?: number): Promise<ImageText | null> {
    const attachment = this.find(id);
    return attachment ? await readImageText(this.services.backend, attachment, page) : null;
  }

  /** Shows an attachment, here or in the open conversation, in an editor. */
  async open(id: string): Promise<void> {
    const attachment = this.find(id);
    if (attachment) await openAttachment(attachment);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private find(id: string): Attachment | undefined {
    return find(this.entries, id)?.attachment ?? this.services.conversations.attachment(id);
  }

  /**
   * Runs what attaches something, so that take() waits for it; not for what comes after it, which waits for the user.
   */
  private async add<T>(work: () => Promise<T>, after?: (result: T) => Promise<void>): Promise<void> {
    const running = work();
    const settled = Promise.allSettled([running]);
    this.adding.add(settled);
    try {
      await running;
    } finally {
      this.adding.delete(settled);
    }
    await after?.(await running);
  }

  private refuse(uri: vscode.Uri, error: unknown): void {
    const state = { name: 'failed', error: errorView(readError(uri, error)), by: 'attachment' } as const;
    this.set(added(this.entries, unreadable(uri), state));
  }

  private async put(attachment: Attachment): Promise<void> {
    const before = this.entries;
    this.set(added(before, attachment));
    if (this.entries !== before) this.look();
    else await this.store.drop([attachment.id]);
  }

  private set(entries: DraftEntries): void {
    if (entries === this.entries) return;
    this.entries = entries;
    this.changed.fire();
    this.save();
  }

  /** What is attached before the file was read stays behind what was saved. */
  private async restore(): Promise<void> {
    try {
      this.entries = restored(await this.saved.read(), this.entries);
    } catch (error) {
      this.services.log.warn('The attachments of the draft could not be read', String(error));
    }
    this.changed.fire();
  }

  private save(): void {
    // Saving waits for the file to be read: it would be replaced by what is attached since.
    this.restored
      .then(() => this.saved.write(this.attachments))
      .catch((error: unknown) => {
        this.services.log.error('The attachments of the draft could not be saved', String(error));
      });
  }

  /** Has the backend look at everything that is due, one by one: what ends the backend is then known by name. */
  private look(): void {
    this.looking ??= this.lookAtAll().finally(() => {
      this.looking = undefined;
      this.changed.fire();
    });
  }

  private async lookAtAll(): Promise<void> {
    const due = () => this.entries.find((entry) => entry.due);
    for (let entry = due(); entry; entry = due()) await this.lookAt(entry);
  }

  private async lookAt(entry: DraftEntry): Promise<void> {
    const { attachment } = entry;
    this.counted = this.services.backend.model;
    try {
      const report = await this.inspector.look(attachment, () => this.find(attachment.id) !== undefined);
      const error = report.kind === 'failed' ? BackendError.from(report.error) : undefined;
      if (error) this.services.log.warn(errorLog(error));
      this.set(
        looked(this.entries, entry, error ? { kind: 'failed', name: report.name, error: errorView(error) } : report),
      );
      this.loadModel();
      if (report.kind === 'image') this.countWords(attachment);
    } catch (error) {
      this.services.log.warn(`${attachment.name} could not be looked at`, String(error));
      this.set(notLooked(this.entries, entry, errorView(error)));
    }
  }

  /** In the background, ahead of the question, for which what was read is then known. */
  private countWords(attachment: Attachment): void {
    const { backend, settings } = this.services;
    const { imageText, load } = settings.current;
    // Whether another model reads a picture by itself is known when it is asked.
    if (imageText === 'off' || (imageText === 'auto' && load.modelPath !== undefined)) return;
    this.counting += 1;
    wordsOf(backend, attachment)
      .then(({ words, tokens }) => {
        // Another part of it may have been chosen meanwhile.
        if (find(this.entries, attachment.id)?.attachment.part !== attachment.part) return;
        this.set(withWords(this.entries, attachment.id, words, tokens));
      })
      .catch(this.warn(`The words in ${attachment.name} could not be counted`))
      .finally(() => {
        this.counting -= 1;
        this.changed.fire();
      });
  }

  /** In the background. Why it failed is the backend's to show. */
  private loadModel(): void {
    if (this.services.backend.model) return;
    this.services.backend.ensureLoaded().catch(this.warn('The model was not loaded ahead of the question'));
  }

  private countAgain(): void {
    const { model } = this.services.backend;
    if (!model || model === this.counted || this.entries.length === 0) return;
    this.counted = model;
    this.set(allDue(this.entries));
    this.look();
  }

  private forget(attachments: readonly Attachment[]): void {
    this.store.drop(attachments.map(({ id }) => id)).catch(this.warn('Copies of attachments could not be deleted'));
  }

  /** What tells the log of a failure that nobody waits for. */
  private warn(what: string): (error: unknown) => void {
    return (error) => {
      this.services.log.warn(what, String(error));
    };
  }
}
