import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelElement } from '../element.js';
import { request, send, showFailure } from '../host/host.js';
import { isComposing } from '../host/keys.js';
import { icon, iconButton } from '../icon.js';
import { messageLimits } from '../protocol/messages.js';
import type { ConversationSummary } from '../protocol/state.js';
import { ageGroups } from './ageGroups.js';

/** The saved conversations of the workspace: search, open, rename, export, delete. Emits 'close-list'. */
@customElement('look-once-list')
export class ConversationList extends PanelElement {
  @property({ attribute: false }) conversations: readonly ConversationSummary[] = [];
  @property({ attribute: false }) openId = '';
  @state() private search = '';
  @state() private found: readonly ConversationSummary[] | null = null;
  @state() private renaming: string | null = null;
  @state() private deleting: string | null = null;

  protected override firstUpdated(): void {
    void this.focusOn('vscode-textfield');
  }

  protected override updated(changed: PropertyValues<this>): void {
    // A conversation that was renamed or deleted may be found no more.
    if (changed.has('conversations') && changed.get('conversations') !== undefined && this.search !== '')
      void this.find();
  }

  protected override render(): TemplateResult {
    const shown = this.found ?? this.conversations;
    return html`<section class="list" aria-label=${l10n.t('Conversations')} @keydown=${this.key}>
      <div class="list-head">
        <vscode-textfield
          type="search"
          .label=${l10n.t('Search conversations')}
          placeholder=${l10n.t('Search titles, questions and answers')}
          .value=${this.search}
          @input=${this.searched}
          >${icon('search', 'content-before')}</vscode-textfield
        >
        ${iconButton('close', l10n.t('Back to the conversation'), () => {
          this.emit('close-list');
        })}
      </div>
      <div class="list-body">
        ${
          shown.length === 0
            ? html`<p class="quiet list-empty">
                ${this.search === '' ? l10n.t('No conversation was saved in this workspace yet.') : l10n.t('Nothing was found.')}
              </p>`
            : nothing
        }
        ${ageGroups(shown, Date.now()).map(
          (group) =>
            html`<h2>${group.label}</h2>
              <ul>
                ${group.conversations.map(this.item)}
              </ul>`,
        )}
      </div>
    </section>`;
  }

  private readonly item = (summary: ConversationSummary): TemplateResult => {
    const { id } = summary;
    const title = summary.title === '' ? l10n.t('Untitled') : summary.title;
    if (this.renaming === id) {
      return html`<li class="list-item">
        <vscode-textfield
          class="rename"
          .label=${l10n.t('New title')}
          maxlength=${messageLimits.titleCharacters}
          .value=${summary.title}
          @keydown=${(event: KeyboardEvent) => {
            this.renameKey(event, id);
          }}
          @change=${(event: Event) => {
            this.rename(id, event.target as HTMLInputElement);
          }}
        ></vscode-textfield>
      </li>`;
    }
    if (this.deleting === id) {
      return html`<li class="list-item confirm">
        <span>${l10n.t('Delete “{0}”?', title)}</span>
        <span class="confirm-buttons"
          ><vscode-button
            class="confirm-delete"
            @click=${() => {
              this.delete(id);
            }}
            >${l10n.t('Delete')}</vscode-button
          ><vscode-button
            secondary
            @click=${() => {
              this.deleting = null;
            }}
            >${l10n.t('Keep')}</vscode-button
          ></span
        >
      </li>`;
    }
    return html`<li class="list-item ${id === this.openId ? 'open' : ''}">
      <button
        type="button"
        class="list-open"
        aria-current=${id === this.openId ? 'true' : 'false'}
        @click=${() => {
          this.open(id);
        }}
      >
        <span class="list-title" dir="auto">${title}</span
        ><span class="list-facts"
          >${about(summary.about)}${summary.turns === 1 ? l10n.t('1 question') : l10n.t('{0} questions', summary.turns)}
          · ${when(summary.changed)}</span
        >
      </button>
      <span class="list-buttons">
        ${iconButton('edit', l10n.t('Rename “{0}”', title), () => {
          this.beginRename(id);
        })}
        ${iconButton('export', l10n.t('Export “{0}” as Markdown', title), () => {
          send('exportConversation', { id });
        })}
        ${iconButton('trash', l10n.t('Delete “{0}”', title), () => {
          this.beginDelete(id);
        })}
      </span>
    </li>`;
  };

  private open(id: string): void {
    request('openConversation', { id }).then(() => {
      this.emit('close-list');
    }, showFailure);
  }

  private beginRename(id: string): void {
    this.renaming = id;
    void this.focusOn('.rename').then(() => {
      this.querySelector('.rename')?.scrollIntoView({ block: 'nearest' });
    });
  }

  private rename(id: string, field: { readonly value: string }): void {
    if (this.renaming !== id) return;
    this.renaming = null;
    const title = field.value.trim();
    if (title !== '') send('renameConversation', { id, title });
  }

  private renameKey(event: KeyboardEvent, id: string): void {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.renaming = null;
    }
    if (event.key === 'Enter') this.rename(id, event.currentTarget as HTMLInputElement);
  }

  private beginDelete(id: string): void {
    this.deleting = id;
    void this.focusOn('.confirm vscode-button[secondary]');
  }

  private delete(id: string): void {
    this.deleting = null;
    send('deleteConversation', { id });
    void this.focusOn('.list-head vscode-textfield');
  }

  private readonly searched = (event: Event): void => {
    this.search = (event.target as HTMLInputElement).value;
    void this.find();
  };

  private async find(): Promise<void> {
    const text = this.search.trim();
    if (text === '') {
      this.found = null;
      return;
    }
    try {
      const found = await request('searchConversations', { text });
      if (text === this.search.trim()) this.found = found;
    } catch (error) {
      showFailure(error);
    }
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      if (this.deleting === null) this.emit('close-list');
      this.deleting = null;
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const items = [...this.querySelectorAll<HTMLElement>('.list-open')];
    const at = items.findIndex((item) => item.closest('li')?.contains(document.activeElement));
    const next = items[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
}

/** The first file, and how many more: what tells equal questions apart. */
function about(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return '';
  return others.length === 0 ? `${first} · ` : `${l10n.t('{0} and {1} more', first, others.length)} · `;
}

function when(changed: number): string {
  const date = new Date(changed);
  const today = new Date().toDateString() === date.toDateString();
  return date.toLocaleString(undefined, today ? { timeStyle: 'short' } : { dateStyle: 'medium' });
}
