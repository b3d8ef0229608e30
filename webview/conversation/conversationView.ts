import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { customElement, property, query, state } from 'lit/decorators.js';
import { readDocuments, type ReadDocument } from '../answer/pageLinks.js';
import { PanelElement } from '../element.js';
import { keepUnchanged } from '../host/stableState.js';
import { iconButton } from '../icon.js';
import type { ConversationView, ModelView, RunningView, TurnView } from '../protocol/state.js';
import './turnView.js';
import { welcome } from './welcome.js';

/** Pixels from the end that count as being there, when it was scrolled to. */
const nearEnd = 8;

/** The turns of the open conversation. It follows a growing answer until the user scrolls up. */
@customElement('look-once-conversation')
export class ConversationElement extends PanelElement {
  @property({ attribute: false }) conversation!: ConversationView;
  @property({ attribute: false }) running: RunningView | null = null;
  @property({ attribute: false }) model!: ModelView;
  @state() private atEnd = true;
  @query('.scroller') private readonly scroller!: HTMLElement | null;
  /** Where the view was scrolled to last, to tell which way it went. */
  private lastTop = 0;
  /** For each turn what the turns before it brought. */
  private earlier: readonly (readonly ReadDocument[])[] = [];
  private readonly grown = new ResizeObserver(() => {
    if (this.atEnd) this.scrollToEnd();
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.grown.disconnect();
  }

  protected override firstUpdated(): void {
    const turns = this.querySelector('.turns');
    if (turns) this.grown.observe(turns);
    if (this.scroller) this.grown.observe(this.scroller);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('conversation');
    // Another conversation, or a new turn of this one, is what the user wants to see.
    if (before && (before.id !== this.conversation.id || before.turns.length < this.conversation.turns.length))
      this.atEnd = true;
    if (changed.has('conversation'))
      this.earlier = keepUnchanged(this.earlier, documentsBefore(this.conversation.turns));
  }

  protected override render(): TemplateResult {
    const { turns } = this.conversation;
    return html`<div class="scroller" tabindex="-1" @scroll=${this.scrolled} @wheel=${this.wheeled}>
        <div class="turns">
          ${
            turns.length === 0
              ? welcome(this.model)
              : repeat(
                  turns,
                  ({ id }) => id,
                  (turn, index) =>
                    html`<look-once-turn
                      .turn=${turn}
                      ?last=${index === turns.length - 1}
                      .earlier=${this.earlier[index] ?? []}
                      .running=${this.runningOf(turn.id)}
                    ></look-once-turn>`,
                )
          }
        </div>
      </div>
      ${
        this.atEnd || turns.length === 0
          ? nothing
          : html`<div class="to-end">
              ${iconButton('arrow-down', l10n.t('Go to the end'), () => {
                this.scrollToEnd();
              })}
            </div>`
      }`;
  }

  private runningOf(turnId: string): RunningView | null {
    return this.running?.conversationId === this.conversation.id && this.running.turnId === turnId
      ? this.running
      : null;
  }

  private scrollToEnd(): void {
    if (!this.scroller || this.conversation.turns.length === 0) return;
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.lastTop = this.scroller.scrollTop;
  }

  private readonly scrolled = (): void => {
    if (!this.scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    // Upwards is what the user does: what grows only moves the end away.
    if (scrollTop < this.lastTop - 1 && below > 2) this.atEnd = false;
    else if (below < nearEnd) this.atEnd = true;
    this.lastTop = scrollTop;
  };

  /** Said before the scroll comes: an answer that grows in between would take the view down again. */
  private readonly wheeled = (event: WheelEvent): void => {
    const { scroller } = this;
    if (event.deltaY < 0 && scroller && scroller.scrollTop > 0) this.atEnd = false;
  };
}

/** For each turn the documents of all turns before it. */
function documentsBefore(turns: readonly TurnView[]): (readonly ReadDocument[])[] {
  let known: readonly ReadDocument[] = [];
  return turns.map((turn) => {
    const before = known;
    const own = readDocuments(turn, before);
    if (own.length > 0) known = [...known, ...own];
    return before;
  });
}
