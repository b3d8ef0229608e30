import * as l10n from '@vscode/l10n';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { formatCount } from '../format.js';
import { icon } from '../icon.js';
import type { FolderFiles } from './droppedFolders.js';

/** Asks whether what was found in dropped folders shall be attached. */
export function folderOffer(found: FolderFiles, answer: (attach: boolean) => void): TemplateResult {
  const { name, pictures, documents, all } = found;
  const taken = pictures.length + documents.length;
  const button = (label: string, attach: boolean) =>
    html`<vscode-button
      ?secondary=${!attach}
      @click=${() => {
        answer(attach);
      }}
      >${label}</vscode-button
    >`;
  return html`<div class="folder-offer" role="group" aria-label=${l10n.t('Attach from {0}', name)}>
    <p>
      ${icon('folder')}<span
        >${l10n.t('{0} holds {1} and {2}.', name, pictureCount(pictures.length), documentCount(documents.length))}
        ${
          all > taken ? l10n.t('These are the newest of {0}: a question takes no more.', formatCount(all)) : nothing
        }</span
      >
    </p>
    <div class="folder-offer-buttons">${button(l10n.t('Attach'), true)}${button(l10n.t('Cancel'), false)}</div>
  </div>`;
}

function pictureCount(count: number): string {
  return count === 1 ? l10n.t('1 picture') : l10n.t('{0} pictures', formatCount(count));
}

function documentCount(count: number): string {
  return count === 1 ? l10n.t('1 document') : l10n.t('{0} documents', formatCount(count));
}
