import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AdvisedSampling } from '../../backend-native/protocol/model.js';
import { PanelElement } from '../element.js';
import { formatBytes, formatCount, formatDuration, formatSpeed } from '../format.js';
import { icon } from '../icon.js';
import type { AnswerStats } from '../protocol/state.js';
import { autoReason, usedRatio } from './usedRatio.js';

/** What the compression did for an answer: one line with a bar, and all the numbers behind it when it is opened. */
@customElement('look-once-gauge')
export class Gauge extends PanelElement {
  @property({ attribute: false }) stats!: AnswerStats;
  @property({ type: Boolean }) hasKvMap = false;
  @state() private open = false;

  protected override render(): TemplateResult {
    const { kv, tokensPerSecond } = this.stats;
    const kept = kv.cellsBefore > 0 ? kv.cellsAfter / kv.cellsBefore : 1;
    const facts = kv.compressed
      ? [
          l10n.t('{0} → {1} cells', formatCount(kv.cellsBefore), formatCount(kv.cellsAfter)),
          l10n.t('{0} → {1}', formatBytes(kv.bytesBefore), formatBytes(kv.bytesAfter)),
          l10n.t('ratio {0}', usedRatio(kv)),
        ]
      : [
          l10n.t('Full KV cache: {0} cells', formatCount(kv.cellsAfter)),
          formatBytes(kv.bytesAfter),
          ...(autoReason(kv) === undefined ? [] : [l10n.t('ratio {0}', usedRatio(kv))]),
        ];
    if (tokensPerSecond > 0) facts.push(formatSpeed(tokensPerSecond));
    return html` <button
        class="gauge-line"
        type="button"
        aria-expanded=${this.open ? 'true' : 'false'}
        title=${l10n.t('What the compression did')}
        @click=${() => {
          this.open = !this.open;
        }}
      >
        <span class="gauge-bar" aria-hidden="true"><span .style=${`width:${Math.max(2, kept * 100)}%`}></span></span>
        ${facts.map((fact) => html`<span class="gauge-fact">${fact}</span>`)}
        ${icon(this.open ? 'chevron-down' : 'chevron-right')}
      </button>
      ${this.open ? this.details() : nothing}`;
  }

  private details(): TemplateResult {
    const { kv, prompt, ms, tokens, model, device, stop, loadMs } = this.stats;
    const rows: [string, string][] = [
      [
        l10n.t('Cells per KV head'),
        kv.compressed
          ? l10n.t('{0} → {1}', formatCount(kv.cellsBefore), formatCount(kv.cellsAfter))
          : formatCount(kv.cellsAfter),
      ],
      [
        l10n.t('Cache memory'),
        kv.compressed
          ? l10n.t('{0} → {1}', formatBytes(kv.bytesBefore), formatBytes(kv.bytesAfter))
          : formatBytes(kv.bytesAfter),
      ],
      [
        l10n.t('KV ratio'),
        kv.compressed
          ? `${usedRatio(kv)} · ${kv.method} · ` +
            (kv.merge === 'none' ? l10n.t('no merge') : l10n.t('{0} merge of {1}', kv.merge, kv.mergeWhat))
          : usedRatio(kv),
      ],
      [
        l10n.t('Prompt'),
        prompt.images > 0
          ? l10n.t(
              '{0} tokens: {1} of text, {2} of images',
              formatCount(prompt.tokens),
              formatCount(prompt.textTokens),
              formatCount(prompt.imageTokens),
            )
          : l10n.t('{0} tokens', formatCount(prompt.tokens)),
      ],
      [l10n.t('Answer'), l10n.t('{0} tokens in {1}', formatCount(tokens), formatDuration(ms.decode))],
      ...(loadMs === undefined ? [] : [loadedRow(loadMs)]),
      [l10n.t('First token after'), formatDuration(ms.firstToken)],
      [l10n.t('Spent on'), spentOn(ms)],
      [l10n.t('Model'), device === '' ? model : `${model} · ${device}`],
    ];
    if (kv.reading === 'chunks')
      rows.splice(2, 0, [
        l10n.t('At most while reading'),
        l10n.t('{0} cells, {1}: compressed in chunks', formatCount(kv.cellsPeak), formatBytes(kv.bytesPeak)),
      ]);
    if (kv.residentBefore > 0 && kv.residentAfter > 0)
      rows.splice(2, 0, [
        l10n.t('Memory of the process'),
        l10n.t('{0} → {1}', formatBytes(kv.residentBefore), formatBytes(kv.residentAfter)),
      ]);
    if (kv.heldBytes > 0)
      rows.splice(2, 0, [l10n.t('Held in memory'), l10n.t('{0}, for the next question', formatBytes(kv.heldBytes))]);
    const reason = autoReason(kv);
    if (reason !== undefined)
      rows.splice(
        rows.findIndex(([name]) => name === l10n.t('Prompt')),
        0,
        [l10n.t('Ratio chosen'), reason],
      );
    const known = knownAlready(this.stats);
    if (known !== '')
      rows.splice(
        rows.findIndex(([name]) => name === l10n.t('Answer')),
        0,
        [l10n.t('Known already'), known],
      );
    const { matching = [], advisedSampling } = this.stats;
    if (advisedSampling) rows.push([l10n.t("Advised by the model's file"), samplingText(advisedSampling)]);
    if (matching.length > 0)
      rows.splice(
        rows.findIndex(([name]) => name === l10n.t('Answer')),
        0,
        [
          l10n.t('Beside the question'),
          l10n.t('lines that share its words, or what the pixels show: {0}', matching.join(' · ')),
        ],
      );
    if (this.stats.reread)
      rows.splice(
        rows.findIndex(([name]) => name === l10n.t('Answer')),
        0,
        [l10n.t('Earlier turns'), l10n.t('were read again')],
      );
    if (stop === 'length') rows.push([l10n.t('Ended'), l10n.t('at the limit of tokens for an answer')]);
    if (stop === 'context') rows.push([l10n.t('Ended'), l10n.t('because the context is full')]);
    return html`<div class="gauge-details">
      <dl>
        ${rows.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${
        this.hasKvMap
          ? html`<vscode-button
              secondary
              @click=${() => {
                this.emit('show-kv-map');
              }}
              >${icon('flame', 'content-before')}${l10n.t('Show what was kept of the images')}</vscode-button
            >`
          : nothing
      }
    </div>`;
  }
}

/** What came from a cache that was held or kept on disk; empty for nothing. */
function knownAlready({ images, prompt }: AnswerStats): string {
  const known = images.filter(({ fromCache }) => fromCache).length;
  return [
    ...(known > 0 ? [l10n.t('{0} of {1} pictures', formatCount(known), formatCount(images.length))] : []),
    ...(prompt.restoredTokens > 0
      ? [l10n.t('{0} of {1} tokens of the prompt', formatCount(prompt.restoredTokens), formatCount(prompt.tokens))]
      : []),
  ].join(' · ');
}

function spentOn({ ingest, restore, encode, prefill, compress }: AnswerStats['ms']): string {
  const rest = [formatDuration(encode), formatDuration(prefill), formatDuration(compress)] as const;
  return restore > 0
    ? l10n.t(
        'files {0}, kept cache {1}, images {2}, prefill {3}, compression {4}',
        formatDuration(ingest),
        formatDuration(restore),
        ...rest,
      )
    : l10n.t('files {0}, images {1}, prefill {2}, compression {3}', formatDuration(ingest), ...rest);
}

function samplingText({ temperature, topK, topP, minP }: AdvisedSampling): string {
  return [
    ...(temperature === undefined ? [] : [l10n.t('temperature {0}', temperature)]),
    ...Object.entries({ 'top-k': topK, 'top-p': topP, 'min-p': minP }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} ${value}`],
    ),
  ].join(' · ');
}

function loadedRow(loadMs: number): [string, string] {
  return [l10n.t('Model loaded in'), formatDuration(loadMs)];
}
