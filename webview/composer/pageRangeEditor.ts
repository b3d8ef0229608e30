import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { documentReadAs } from '../../backend-native/protocol/ask.js';
import type { DocumentReadAs } from '../../backend-native/protocol/ask.js';
import type { DocumentUnit } from '../../backend-native/protocol/documentNotes.js';
import { PanelElement } from '../element.js';
import { formatCount } from '../format.js';
import { request, showFailure } from '../host/host.js';
import { isComposing } from '../host/keys.js';
import type { AttachmentView } from '../protocol/state.js';
import { pageRangeProblem } from './pageRange.js';
import type { PageRangeProblem } from './pageRange.js';
import { partCount, partsOf } from './unitText.js';

/** Which pages of a document are read, and how. Emits 'done' with whether the choice was applied. */
@customElement('look-once-page-range')
export class PageRangeEditor extends PanelElement {
  @property({ attribute: false }) attachment!: AttachmentView;
  @property({ attribute: false }) applyLabel = '';
  @state() private pages = '';
  @state() private readAs: DocumentReadAs = 'auto';
  private from = '';

  protected override willUpdate(): void {
    if (this.from === this.attachment.id) return;
    this.from = this.attachment.id;
    this.pages = this.attachment.chosenPages ?? '';
    this.readAs = this.attachment.readAs ?? 'auto';
  }

  protected override firstUpdated(): void {
    void this.focusOn('vscode-textfield, input');
  }

  protected override render(): TemplateResult {
    const { attachment } = this;
    const paged = attachment.pages !== undefined;
    const { unit = 'page', name } = attachment;
    const problem = paged ? pageRangeProblem(this.pages, attachment.pages) : null;
    return html`<div class="page-range" role="group" aria-label=${partsOf(unit, name)} @keydown=${this.key}>
      ${
        paged
          ? html`<label class="field"
              ><span>${partsOf(unit, name)}</span>
              <vscode-textfield
                .label=${partsOf(unit, name)}
                placeholder=${l10n.t('All {0}, or such as 1-3,7', formatCount(attachment.pages))}
                .value=${this.pages}
                ?invalid=${problem !== null}
                @input=${(event: InputEvent) => {
                  this.pages = (event.target as HTMLInputElement).value;
                }}
              ></vscode-textfield
            ></label>`
          : nothing
      }
      ${problem === null ? nothing : html`<p class="field-problem">${explain(problem, unit, attachment.pages)}</p>`}
      <fieldset class="read-as">
        <legend>${l10n.t('Read as')}</legend>
        ${documentReadAs.map(
          (value) =>
            html`<label title=${readAsHint(value)}
              ><input
                type="radio"
                name="read-as"
                .value=${value}
                .checked=${this.readAs === value}
                @change=${() => {
                  this.readAs = value;
                }}
              />${readAsLabel(value)}</label
            >`,
        )}
      </fieldset>
      <div class="edit-buttons">
        <vscode-button ?disabled=${problem !== null} @click=${this.apply}
          >${this.applyLabel === '' ? l10n.t('Apply') : this.applyLabel}</vscode-button
        >
        <vscode-button secondary @click=${this.cancel}>${l10n.t('Cancel')}</vscode-button>
      </div>
    </div>`;
  }

  private readonly apply = (event: Event): void => {
    event.preventDefault();
    if (this.attachment.pages !== undefined && pageRangeProblem(this.pages, this.attachment.pages) !== null) return;
    request('setAttachmentPages', { id: this.attachment.id, pages: this.pages.trim(), readAs: this.readAs }).then(
      () => {
        this.emit('done', true);
      },
      showFailure,
    );
  };

  private readonly cancel = (): void => {
    this.emit('done', false);
  };

  /** Enter too: VS Code's frame lets no form be submitted, and without that no key of a text field does it. */
  private readonly key = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const isButton = event.target instanceof Element && event.target.closest('vscode-button') !== null;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.cancel();
    } else if (event.key === 'Enter' && !isButton) {
      this.apply(event);
    }
  };
}

export function readAsLabel(readAs: DocumentReadAs): string {
  switch (readAs) {
    case 'auto':
      return l10n.t('Automatic');
    case 'text':
      return l10n.t('Text');
    case 'images':
      return l10n.t('Images');
  }
}

function readAsHint(readAs: DocumentReadAs): string {
  switch (readAs) {
    case 'auto':
      return l10n.t('The text of a page where it has some, otherwise the page as an image');
    case 'text':
      return l10n.t('Only the text of the pages');
    case 'images':
      return l10n.t('Every page as an image: for diagrams, forms and scans');
  }
}

function explain(problem: PageRangeProblem, unit: DocumentUnit, pages = 0): string {
  switch (problem) {
    case 'syntax':
      return l10n.t('Give numbers and ranges such as 1-3,7.');
    case 'backwards':
      return l10n.t('A range goes from the lower number to the higher one.');
    case 'beyond':
      return l10n.t('The document has {0}.', partCount(unit, pages));
  }
}
