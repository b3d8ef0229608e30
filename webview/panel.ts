import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { BackendErrorData } from '../backend-native/protocol/errors.js';
import './composer/composer.js';
import type { Composer } from './composer/composer.js';
import './conversation/conversationList.js';
import './conversation/conversationView.js';
import { PanelElement } from './element.js';
import { stillTold, type Failure } from './failures.js';
import { Announcer } from './host/announcer.js';
import { failures, send } from './host/host.js';
import { isComposing } from './host/keys.js';
import { keepUnchanged } from './host/stableState.js';
import { icon, iconButton } from './icon.js';
import { loadingBar } from './loadingBar.js';
import './kvMap/kvMapView.js';
import type { KvMapTarget } from './kvMap/kvMapView.js';
import './where/whereView.js';
import type { WhereTarget } from './where/whereView.js';
import './crop/cropView.js';
import { actionButtons, errorBox, messageBox } from './message.js';
import { actionsFor } from './protocol/errorActions.js';
import type { HostMessage } from './protocol/messages.js';
import type { AnswerView, AttachmentView, NoticeView, PanelState, RunningView } from './protocol/state.js';
import { statusLine } from './statusLine.js';

/** Milliseconds between two announcements of a streaming answer. */
const announceEvery = 2500;

/** The whole panel. It draws the last snapshot, whatever came before it. */
@customElement('look-once-panel')
export class PanelRoot extends PanelElement {
  @state() private panel: PanelState | null = null;
  @state() private running: RunningView | null = null;
  @state() private listOpen = false;
  @state() private kvMap: KvMapTarget | null = null;
  @state() private where: WhereTarget | null = null;
  /** The image of which a part is being chosen. */
  @state() private crop: AttachmentView | null = null;
  /** Refused requests, each of the conversation that was open then. */
  @state() private failed: readonly Failure[] = [];
  @state() private dropping = false;
  @query('.live') private readonly live!: HTMLElement | null;
  @query('look-once-composer') private readonly composer!: Composer | null;
  private readonly announcer = new Announcer();
  private announcedAt = 0;
  private focusBefore: HTMLElement | null = null;

  /** Takes a message that was checked. Responses do not come here. */
  receive(message: Exclude<HostMessage, { type: 'response' }>): void {
    switch (message.type) {
      case 'init':
      case 'state':
        this.failed = stillTold(this.failed, this.panel, message.state);
        this.panel = keepUnchanged(this.panel, message.state);
        if (message.type === 'init') this.running = message.running;
        this.announceEnd();
        break;
      case 'running':
        this.running = message.running;
        this.announceProgress();
        break;
      case 'focusQuestion':
        this.listOpen = false;
        this.kvMap = null;
        this.where = null;
        this.crop = null;
        this.failed = [];
        void this.updateComplete.then(() => this.composer?.focusQuestion(message.text));
        break;
      case 'showKvMap':
        this.openKvMap({ turnId: message.turnId, answerIndex: message.answerIndex, image: message.image });
        break;
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    failures.addEventListener('failure', this.showFailure);
    this.addEventListener('dragover', this.dragOver);
    this.addEventListener('dragleave', this.dragLeave);
    this.addEventListener('drop', this.drop);
    this.addEventListener('keydown', this.stopByKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    failures.removeEventListener('failure', this.showFailure);
  }

  protected override render(): TemplateResult {
    const { panel } = this;
    return html`${panel ? this.content(panel) : nothing}
      <div class="live visually-hidden" role="status" aria-live="polite"></div>`;
  }

  private content(panel: PanelState): TemplateResult {
    const running = panel.conversation.turns.some((turn) => turn.answers.some(isUnfinished));
    return html` <div
        class="frame"
        ?inert=${this.kvMap !== null || this.where !== null || this.crop !== null}
        @open-where=${(event: CustomEvent<WhereTarget>) => {
          this.rememberFocus();
          this.where = event.detail;
        }}
        @open-crop=${(event: CustomEvent<AttachmentView>) => {
          this.rememberFocus();
          this.crop = event.detail;
        }}
        @open-kv-map=${(event: CustomEvent<KvMapTarget>) => {
          this.openKvMap(event.detail);
        }}
        @announce=${(event: CustomEvent<string>) => {
          this.say(event.detail);
        }}
        @take-back=${(event: CustomEvent<string>) => {
          void this.composer?.takeBack(event.detail);
        }}
      >
        ${this.header(panel)} ${loadingBar(panel.backend)} ${this.messages(panel)}
        <main class="content">
          ${
            this.listOpen
              ? html`<look-once-list
                  .conversations=${panel.conversations}
                  .openId=${panel.conversation.id}
                  @close-list=${this.closeList}
                ></look-once-list>`
              : nothing
          }
          <look-once-conversation
            ?hidden=${this.listOpen}
            .conversation=${panel.conversation}
            .running=${this.running}
            .model=${panel.model}
          ></look-once-conversation>
        </main>
        ${
          this.listOpen
            ? nothing
            : html`<footer>
                <look-once-composer
                  .draft=${panel.draft}
                  .kv=${panel.kv}
                  .model=${panel.model}
                  .questions=${panel.conversation.turns.map(({ question }) => question)}
                  ?running=${running}
                ></look-once-composer
                >${statusLine(panel)}
              </footer>`
        }
      </div>
      ${
        this.kvMap
          ? html`<look-once-kv-map
              .target=${this.kvMap}
              @close-kv-map=${this.closeKvMap}
              @announce=${(event: CustomEvent<string>) => {
                this.say(event.detail);
              }}
            ></look-once-kv-map>`
          : nothing
      }
      ${
        this.where
          ? html`<look-once-where
              .target=${this.where}
              @close-where=${this.closeWhere}
              @announce=${(event: CustomEvent<string>) => {
                this.say(event.detail);
              }}
            ></look-once-where>`
          : nothing
      }
      ${
        this.crop
          ? html`<look-once-crop
              .attachment=${this.crop}
              @close-crop=${this.closeCrop}
              @announce=${(event: CustomEvent<string>) => {
                this.say(event.detail);
              }}
            ></look-once-crop>`
          : nothing
      }
      ${
        this.dropping
          ? html`<div class="drop-overlay" aria-hidden="true">
              <span>${icon('attach')}${l10n.t('Drop to attach')}</span>
            </div>`
          : nothing
      }`;
  }

  private header({ conversation }: PanelState): TemplateResult {
    const title = conversation.title === '' ? l10n.t('New conversation') : conversation.title;
    return html`<header class="head">
      <h1 title=${title} dir="auto">${title}</h1>
      ${
        conversation.turns.length > 0
          ? iconButton('export', l10n.t('Export this conversation as Markdown'), () => {
              send('exportConversation', { id: conversation.id });
            })
          : nothing
      }
      ${iconButton(
        'history',
        l10n.t('Conversations'),
        () => {
          this.listOpen = !this.listOpen;
        },
        { pressed: this.listOpen, class: 'show-list' },
      )}
      ${iconButton('add', l10n.t('New conversation'), () => {
        this.listOpen = false;
        this.failed = [];
        send('newConversation', null);
      })}
    </header>`;
  }

  private messages({ backend, notices, trusted, conversation }: PanelState): TemplateResult | typeof nothing {
    // The answer that it ended over tells it already, and asking again starts it again.
    const told = conversation.turns.at(-1)?.answers.some(({ error }) => error?.message === backend.error?.message);
    const crashed = backend.status === 'crashed' && told !== true;
    const failed = this.failed.filter(({ conversationId }) => conversationId === conversation.id);
    if (!crashed && notices.length === 0 && trusted && failed.length === 0) return nothing;
    const restart = {
      label: l10n.t('Restart backend'),
      primary: true,
      onClick: () => {
        send('runAction', { action: 'restartBackend' });
      },
    };
    return html`<section class="messages" aria-label=${l10n.t('Notices')}>
      ${
        crashed
          ? errorBox(
              backend.error ?? { code: 'backend_crashed', message: l10n.t('The backend ended.'), nextStep: '' },
              [restart, ...actionButtons(['showLog', 'copyDiagnostics'])],
            )
          : nothing
      }
      ${failed.map((failure) =>
        errorBox(failure.error, actionButtons(actionsFor(failure.error.code)), () => {
          this.failed = this.failed.filter((other) => other !== failure);
        }),
      )}
      ${notices.map((notice: NoticeView) =>
        messageBox({
          severity: notice.severity,
          text: notice.message,
          buttons: actionButtons(notice.actions),
          onDismiss: () => {
            send('dismissNotice', { id: notice.id });
          },
        }),
      )}
      ${
        trusted
          ? nothing
          : messageBox({
              severity: 'info',
              text: l10n.t('Restricted mode: settings of this workspace that name files are ignored.'),
              buttons: actionButtons(['manageTrust']),
            })
      }
    </section>`;
  }

  private openKvMap(target: KvMapTarget): void {
    this.rememberFocus();
    this.kvMap = target;
  }

  /** Where the focus goes back to when a dialog is closed. */
  private rememberFocus(): void {
    this.focusBefore = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  }

  private readonly closeKvMap = (): void => {
    this.kvMap = null;
    void this.updateComplete.then(() => {
      this.focusBefore?.focus();
    });
  };

  private readonly closeCrop = (): void => {
    this.crop = null;
    void this.updateComplete.then(() => {
      if (this.focusBefore?.isConnected) this.focusBefore.focus();
      else void this.composer?.focusQuestion();
    });
  };

  private readonly closeWhere = (): void => {
    this.where = null;
    void this.updateComplete.then(() => {
      this.focusBefore?.focus();
    });
  };

  private readonly closeList = (): void => {
    this.listOpen = false;
    void this.updateComplete.then(() => this.composer?.focusQuestion());
  };

  private readonly showFailure = (event: Event): void => {
    const error = (event as CustomEvent<BackendErrorData>).detail;
    const conversationId = this.panel?.conversation.id ?? '';
    const others = this.failed.filter((other) => other.error.message !== error.message);
    this.failed = [...others, { error, conversationId }].slice(-3);
    this.say(`${error.message} ${error.nextStep}`);
  };

  private announceProgress(): void {
    const { running } = this;
    if (!running || !isUnfinished(this.answerOf(running.turnId, running.answerIndex))) return;
    this.announcer.follow(keyOf(running.turnId, running.answerIndex));
    if (performance.now() - this.announcedAt >= announceEvery) this.say(this.announcer.next(running.text, false));
  }

  /** Says the rest of the answer that was being said, once it is over. */
  private announceEnd(): void {
    for (const turn of this.panel?.conversation.turns ?? []) {
      for (const [index, answer] of turn.answers.entries()) {
        if (this.announcer.following !== keyOf(turn.id, index) || isUnfinished(answer)) continue;
        const end =
          answer.status === 'failed'
            ? `${answer.error?.message ?? ''} ${answer.error?.nextStep ?? ''}`
            : answer.status === 'stopped'
              ? l10n.t('Stopped.')
              : '';
        this.say(`${this.announcer.next(answer.text, true)} ${end}`.trim());
        this.announcer.follow('');
      }
    }
  }

  private answerOf(turnId: string, answerIndex: number): AnswerView | undefined {
    return this.panel?.conversation.turns.find(({ id }) => id === turnId)?.answers[answerIndex];
  }

  private say(text: string): void {
    if (text === '' || !this.live) return;
    this.announcedAt = performance.now();
    this.live.textContent = text;
  }

  /** Escape stops the answer wherever the focus is in the panel, unless it closes or takes back something nearer. */
  private readonly stopByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return;
    const isAnswering = this.panel?.conversation.turns.some(({ answers }) => answers.some(isUnfinished)) ?? false;
    if (!isAnswering && !this.running && this.composer?.isWaiting !== true) return;
    event.preventDefault();
    send('stop', null);
  };

  private readonly dragOver = (event: DragEvent): void => {
    const types = event.dataTransfer?.types ?? [];
    if (
      !types.includes('Files') &&
      !types.includes('text/uri-list') &&
      !types.includes('application/vnd.code.uri-list')
    )
      return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.dropping = true;
  };

  private readonly dragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.dropping = false;
  };

  private readonly drop = (event: DragEvent): void => {
    this.dropping = false;
    if (!event.dataTransfer) return;
    event.preventDefault();
    void this.composer?.attach(event.dataTransfer);
  };
}

function keyOf(turnId: string, answerIndex: number): string {
  return `${turnId}/${answerIndex}`;
}

function isUnfinished(answer: AnswerView | undefined): boolean {
  return answer?.status === 'waiting' || answer?.status === 'running';
}
