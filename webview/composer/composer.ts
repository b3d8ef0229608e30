import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { PanelElement } from '../element.js';
import { formatBytes, formatRatio } from '../format.js';
import { keepState, keptState, request, send, showFailure } from '../host/host.js';
import { isComposing } from '../host/keys.js';
import { icon, iconButton } from '../icon.js';
import { messageLimits } from '../protocol/messages.js';
import type { AttachmentView, DraftView, KvView, ModelView } from '../protocol/state.js';
import './attachmentChip.js';
import './pageRangeEditor.js';
import './ratioSlider.js';
import { filesOfFolders, type FolderFiles } from './droppedFolders.js';
import { folderOffer } from './folderOffer.js';
import { isSmallEnough, readBase64, readTransfer, type DroppedData } from './transfer.js';
import { unsentQuestion } from './unsentQuestion.js';

const chipType = 'application/x-look-once-chip';

/** Where the next question is written, with its attachments and its KV ratio. */
@customElement('look-once-composer')
export class Composer extends PanelElement {
  @property({ attribute: false }) draft!: DraftView;
  @property({ attribute: false }) kv!: KvView;
  @property({ attribute: false }) model!: ModelView;
  /** Whether the open conversation is being answered: what is asked then waits its turn. */
  @property({ type: Boolean }) running = false;
  /** Of the open conversation, the oldest first: ArrowUp brings them back. */
  @property({ attribute: false }) questions: readonly string[] = [];
  @state() private compare = keptState().compare;
  @state() private empty = keptState().question.trim() === '';
  @state() private choosing: string | null = null;
  @state() private dropTarget = -1;
  @state() private refusal = '';
  /** Questions that wait until their attachments were read. */
  @state() private unsent: readonly string[] = [];
  /** What was found in dropped folders, until the user says whether to attach it. */
  @state() private offered: FolderFiles | null = null;
  /** How far back among the questions the input is; -1 for what the user writes. */
  private recalled = -1;
  /** The chip that was moved by keyboard or drag, until the extension has moved it. */
  private moved: string | null = null;
  @query('textarea.question-input') private readonly input!: HTMLTextAreaElement | null;

  /** Whether a question waits until its attachments were read. */
  get isWaiting(): boolean {
    return this.unsent.length > 0;
  }

  /** Puts the cursor into the question, with a text to begin with when there is one. */
  async focusQuestion(text?: string): Promise<void> {
    await this.updateComplete;
    if (!this.input) return;
    if (text !== undefined) this.setQuestion(text);
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** A question that was taken back comes before what was written meanwhile. */
  async takeBack(question: string): Promise<void> {
    const written = this.input?.value ?? '';
    await this.focusQuestion(written.trim() === '' ? question : `${question}\n${written}`);
  }

  /** Attaches what was dropped or pasted; what cannot be attached is said. */
  async attach(data: DroppedData): Promise<void> {
    const { uris, files, folders, refused } = readTransfer(data);
    this.refusal = refused.length > 0 ? l10n.t('Only files can be attached. Nothing is downloaded.') : '';
    if (uris.length > 0) send('attachUris', { uris });
    await this.attachFiles(files);
    if (folders.length > 0) await this.offer(folders);
  }

  private async attachFiles(files: readonly File[]): Promise<void> {
    for (const file of files) {
      if (!isSmallEnough(file)) {
        this.refusal = l10n.t(
          '{0} has {1}, more than can be dropped or pasted. Attach it with the file button.',
          file.name,
          formatBytes(file.size),
        );
        continue;
      }
      try {
        await request('attachBytes', {
          name: file.name === '' ? l10n.t('Pasted image') : file.name,
          mime: file.type,
          base64: await readBase64(file),
        });
      } catch (error) {
        if (error instanceof DOMException) this.refuseUnreadable(file.name);
        else showFailure(error);
      }
    }
  }

  /** Looks into dropped folders, and asks before anything of them is attached. */
  private async offer(folders: readonly FileSystemDirectoryEntry[]): Promise<void> {
    const names = folders.map(({ name }) => name).join(', ');
    try {
      const found = await filesOfFolders(folders);
      if (found.all > 0) this.offered = found;
      else
        this.refusal = l10n.t(
          'There are no pictures and no documents in {0}. Source code is attached file by file.',
          names,
        );
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.refuseUnreadable(names);
    }
  }

  private readonly takeOffer = (attach: boolean): void => {
    const { offered } = this;
    this.offered = null;
    this.input?.focus();
    if (offered && attach) void this.attachFiles([...offered.pictures, ...offered.documents]);
  };

  private refuseUnreadable(name: string): void {
    this.refusal = l10n.t(
      '{0} cannot be read here. Drop folders from the Explorer, or use the command Ask About a Folder.',
      name,
    );
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('draft') || this.moved === null) return;
    // An element that is moved in the page loses the focus.
    this.focusChip(this.moved);
    this.moved = null;
  }

  protected override firstUpdated(): void {
    this.setQuestion(keptState().question);
  }

  protected override render(): TemplateResult {
    const { attachments } = this.draft;
    const chosen = attachments.find(({ id }) => id === this.choosing);
    const isHeld = this.isWaiting && attachments.some(({ state }) => state === 'reading');
    return html`<div class="composer" @paste=${this.paste}>
      <div class="composer-box">
        ${
          attachments.length === 0
            ? nothing
            : html`<ul class="chips" aria-label=${l10n.t('Attachments')} @dragover=${this.dragOver} @drop=${this.drop}>
                ${repeat(attachments, ({ id }) => id, this.chip)}
              </ul>`
        }
        ${
          chosen
            ? html`<look-once-page-range .attachment=${chosen} @done=${this.pagesDone}></look-once-page-range>`
            : nothing
        }
        <textarea
          class="question-input"
          rows="1"
          aria-label=${l10n.t('Question')}
          dir="auto"
          aria-describedby="composer-hint"
          maxlength=${messageLimits.questionCharacters}
          placeholder=${
            this.questions.length > 0
              ? l10n.t('Ask a follow-up question')
              : l10n.t('Ask about a screenshot or a document')
          }
          @input=${this.typed}
          @keydown=${this.key}
        ></textarea>
        <div class="composer-bar">
          ${iconButton('attach', l10n.t('Attach files…'), () => {
            send('attachFiles', null);
          })}
          <look-once-ratio .kv=${this.kv}></look-once-ratio>
          <span class="compare-box"
            ><vscode-checkbox
              class="compare"
              title=${l10n.t(
                'Ask twice, side by side: with the full KV cache, and at a ratio of {0}',
                formatRatio(this.kv.comparedRatio),
              )}
              label=${l10n.t('Compare')}
              ?checked=${this.compare}
              @change=${this.compareChanged}
            ></vscode-checkbox
            >${
              this.compare
                ? html`<span class="compared-with">${l10n.t('1 and {0}', formatRatio(this.kv.comparedRatio))}</span>`
                : nothing
            }</span
          >
          <span class="composer-end"
            >${
              this.running || isHeld
                ? html`<vscode-button
                    class="stop"
                    secondary
                    title=${l10n.t('Stop the answer (Escape)')}
                    @click=${() => {
                      send('stop', null);
                    }}
                    >${labelled('debug-stop', l10n.t('Stop'))}</vscode-button
                  >`
                : nothing
            }
            ${
              (this.running || isHeld) && this.empty
                ? nothing
                : html`<vscode-button
                    class="send"
                    ?disabled=${this.empty}
                    aria-disabled=${this.empty ? 'true' : 'false'}
                    title=${this.running ? l10n.t('Ask after this answer (Enter)') : l10n.t('Ask (Enter)')}
                    @click=${this.ask}
                    >${labelled('send', this.running ? l10n.t('Ask next') : l10n.t('Ask'))}</vscode-button
                  >`
            }</span
          >
        </div>
      </div>
      <p class="hint ${this.questions.length > 0 ? 'visually-hidden' : ''}" id="composer-hint">
        ${l10n.t('Enter asks, Shift+Enter adds a line. Hold Shift to drop files.')}
      </p>
      ${isHeld ? this.unsent.map(unsentQuestion) : nothing}
      ${this.offered ? folderOffer(this.offered, this.takeOffer) : nothing} ${this.blindModel()}
      ${this.refusal === '' ? nothing : html`<p class="refusal">${icon('warning')}${this.refusal}</p>`}
    </div>`;
  }

  private readonly chip = (attachment: AttachmentView, index: number): TemplateResult =>
    html`<li
      class=${this.dropTarget === index ? 'drop-target' : ''}
      draggable="true"
      data-index=${index}
      @dragstart=${(event: DragEvent) => {
        event.dataTransfer?.setData(chipType, attachment.id);
      }}
      @dragend=${() => {
        this.dropTarget = -1;
      }}
    >
      <look-once-chip
        .attachment=${attachment}
        editable
        @move=${(event: CustomEvent<number>) => {
          this.move(attachment.id, index + event.detail);
        }}
        @remove-attachment=${() => {
          this.input?.focus();
        }}
        @choose=${() => {
          this.choosing = this.choosing === attachment.id ? null : attachment.id;
        }}
      ></look-once-chip>
    </li>`;

  /** Pictures for a model that reads none: said before it is asked, with what helps. */
  private blindModel(): TemplateResult | typeof nothing {
    if (this.model.vision || !this.draft.attachments.some(({ kind }) => kind === 'image')) return nothing;
    return html`<p class="refusal blind">
      ${icon('warning')}<span
        >${l10n.t('{0} reads no pictures.', this.model.name)}
        <a
          href="#model"
          role="button"
          @click=${(event: Event) => {
            event.preventDefault();
            send('runAction', { action: 'chooseModel' });
          }}
          >${l10n.t('Choose Model…')}</a
        ></span
      >
    </p>`;
  }

  private setQuestion(text: string): void {
    if (!this.input) return;
    this.input.value = text;
    this.empty = text.trim() === '';
    this.recalled = -1;
    keepState({ question: text });
  }

  private readonly typed = (): void => {
    const text = this.input?.value ?? '';
    this.empty = text.trim() === '';
    this.refusal = '';
    keepState({ question: text });
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      if (this.recall(event.key === 'ArrowUp' ? 1 : -1)) event.preventDefault();
      return;
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    this.ask();
  };

  /** Steps through the questions of the conversation, as a shell does: only where nothing else was written. */
  private recall(by: 1 | -1): boolean {
    const { input } = this;
    if (!input) return false;
    const shown = this.recalled < 0 ? '' : (this.questions.at(-1 - this.recalled) ?? '');
    if (input.value !== shown) this.recalled = -1;
    if (input.value !== '' && input.value !== shown) return false;
    const next = this.recalled + by;
    if (next < -1 || next >= this.questions.length) return false;
    this.setQuestion(next < 0 ? '' : (this.questions.at(-1 - next) ?? ''));
    this.recalled = next;
    input.setSelectionRange(input.value.length, input.value.length);
    return true;
  }

  private readonly ask = (): void => {
    const question = this.input?.value.trim() ?? '';
    if (question === '') return;
    this.setQuestion('');
    this.unsent = [...this.unsent, question];
    request('ask', { question, compare: this.compare })
      .then((wasAsked) => {
        if (!wasAsked) void this.takeBack(question);
      })
      .catch((error: unknown) => {
        // The question was not taken: it is put back, unless another one was begun meanwhile.
        if (this.input?.value === '') this.setQuestion(question);
        showFailure(error);
      })
      .finally(() => {
        const at = this.unsent.indexOf(question);
        this.unsent = this.unsent.filter((_, index) => index !== at);
      });
  };

  private readonly compareChanged = (event: Event): void => {
    this.compare = (event.target as HTMLInputElement).checked;
    keepState({ compare: this.compare });
  };

  private readonly paste = (event: ClipboardEvent): void => {
    const data = event.clipboardData;
    if (!data || data.files.length === 0) return;
    event.preventDefault();
    void this.attach(data);
  };

  private readonly dragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes(chipType)) return;
    event.preventDefault();
    event.stopPropagation();
    this.dropTarget = chipIndex(event);
  };

  private readonly drop = (event: DragEvent): void => {
    const id = event.dataTransfer?.getData(chipType) ?? '';
    if (id === '') return;
    event.preventDefault();
    event.stopPropagation();
    this.dropTarget = -1;
    const to = chipIndex(event);
    if (to >= 0) this.move(id, to);
  };

  private move(id: string, to: number): void {
    if (to < 0 || to >= this.draft.attachments.length) return;
    this.moved = id;
    send('moveAttachment', { id, to });
  }

  private focusChip(id: string | null): void {
    const chips = [...this.querySelectorAll('look-once-chip')];
    chips
      .find((chip) => chip.attachment.id === id)
      ?.querySelector<HTMLElement>('.chip-main')
      ?.focus();
  }

  private readonly pagesDone = (): void => {
    const id = this.choosing;
    this.choosing = null;
    this.focusChip(id);
  };
}

function chipIndex(event: DragEvent): number {
  const item = event.target instanceof Element ? event.target.closest<HTMLElement>('li[data-index]') : null;
  return item ? Number(item.dataset.index) : -1;
}

/** In a narrow panel the icon alone is seen. */
function labelled(name: string, label: string): TemplateResult {
  return html`<span class="send-content">${icon(name)}<span class="send-label">${label}</span></span>`;
}
