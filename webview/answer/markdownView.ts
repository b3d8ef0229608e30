import * as l10n from '@vscode/l10n';
import { customElement, property } from 'lit/decorators.js';
import { html, render, type PropertyValues } from 'lit';
import { PanelElement } from '../element.js';
import { send } from '../host/host.js';
import { iconButton } from '../icon.js';
import { markdownBlocks } from './markdown.js';
import { displayMathClass } from './math.js';
import { drawMath } from './mathView.js';
import { linkPages, type PageFinder } from './pageLinks.js';
import { sanitize } from './sanitize.js';

/** Milliseconds between two drawings of an answer that still grows. */
const drawEvery = 80;

/**
 * Markdown that may still grow. Only the blocks that changed are replaced, so that a selection, a scroll position and
 * the time it takes stay small while an answer of thousands of words streams in.
 */
@customElement('look-once-markdown')
export class MarkdownView extends PanelElement {
  @property({ attribute: false }) text = '';
  @property({ type: Boolean }) streaming = false;
  /** Tells which page of which document a number means; null where no document was read. */
  @property({ attribute: false }) pageOf: PageFinder | null = null;

  private shown: { readonly html: string; readonly nodes: readonly ChildNode[] }[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private drawnAt = 0;
  private drawingTook = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add('markdown');
    this.addEventListener('click', this.followLink);
    this.addEventListener('auxclick', this.followLink);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('click', this.followLink);
    this.removeEventListener('auxclick', this.followLink);
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // What is drawn already has no links yet, or others.
    if (changed.has('pageOf')) this.forget();
    if (!this.streaming) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.draw();
      return;
    }
    if (this.timer !== undefined) return;
    // A drawing that takes long is followed by a longer pause: the panel stays responsive however long the answer is.
    const wait = Math.max(drawEvery, 4 * this.drawingTook) - (performance.now() - this.drawnAt);
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.draw();
      },
      Math.max(0, wait),
    );
  }

  private forget(): void {
    for (const block of this.shown.splice(0)) for (const node of block.nodes) node.remove();
  }

  private draw(): void {
    const begin = performance.now();
    const blocks = markdownBlocks(this.text);
    let same = 0;
    while (same < blocks.length && this.shown[same]?.html === blocks[same]) same++;
    for (const block of this.shown.splice(same)) for (const node of block.nodes) node.remove();
    for (const block of blocks.slice(same)) {
      const fragment = sanitize(block);
      drawMath(fragment);
      addLabels(fragment);
      if (this.pageOf) linkPages(fragment, this.pageOf);
      // Each block has the direction of its own first letter; code is left to right.
      for (const element of fragment.children) element.setAttribute('dir', isLeftToRight(element) ? 'ltr' : 'auto');
      for (const cell of fragment.querySelectorAll('li, th, td, blockquote > p')) cell.setAttribute('dir', 'auto');
      const nodes = [...fragment.childNodes];
      this.append(fragment);
      this.shown.push({ html: block, nodes });
    }
    this.drawnAt = performance.now();
    this.drawingTook = this.drawnAt - begin;
  }

  /**
   * Links never navigate: the extension asks the user and opens them outside. VS Code must not see the click either.
   */
  private readonly followLink = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type !== 'click') return;
    const target = link.dataset['page'] === undefined ? undefined : this.pageOf?.(Number(link.dataset['page']));
    const href = link.getAttribute('href');
    if (target) this.emit('open-where', { kind: 'page', ...target });
    else if (href !== null) send('openLink', { href });
  };
}

function isLeftToRight({ classList }: Element): boolean {
  return classList.contains('code-block') || classList.contains(displayMathClass);
}

function addLabels(fragment: DocumentFragment): void {
  for (const block of fragment.querySelectorAll('.code-block')) {
    const head = block.querySelector<HTMLElement>('.code-head');
    const code = (): string => block.querySelector('code')?.textContent ?? '';
    block.querySelector('pre')?.setAttribute('aria-label', l10n.t('Code'));
    block.querySelector('pre')?.setAttribute('role', 'group');
    if (!head) continue;
    const buttons = document.createElement('span');
    buttons.className = 'code-buttons';
    head.append(buttons);
    render(
      html`${iconButton('insert', l10n.t('Insert code at cursor'), () => {
        send('insertAtCursor', { text: code() });
      })}
      ${iconButton('copy', l10n.t('Copy code'), () => {
        send('copy', { text: code() });
      })}`,
      buttons,
    );
  }
  for (const formula of fragment.querySelectorAll(`.${displayMathClass}`)) {
    formula.setAttribute('role', 'group');
    formula.setAttribute('aria-label', l10n.t('Formula'));
  }
  for (const table of fragment.querySelectorAll('.table-scroll')) {
    table.setAttribute('role', 'group');
    table.setAttribute('aria-label', l10n.t('Table'));
  }
}
