/** The panel as a user of VS Code in German sees it: the words come from media/l10n, with the answer's notes among them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, panelState, stats, turn } from './samplePanel.js';

after(closeBrowser);

const l10n = JSON.parse(
  fs.readFileSync(path.join(process.cwd(), 'media/l10n/bundle.l10n.de.json'), 'utf8'),
) as Readonly<Record<string, string>>;

test('an_empty_panel_greets_in_german', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState(), l10n });
  await panel.page.getByRole('heading', { name: 'Fragen Sie nach dem, was Sie sehen' }).waitFor();
  await panel.page.getByRole('button', { name: 'Nach dem Beispiel-Screenshot fragen' }).waitFor();
  await panel.page.getByTitle('Fragen (Eingabetaste)').waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});

test('an_answer_says_in_german_what_became_of_the_cache', { skip }, async () => {
  const turns = [turn('t1', { attachments: [image('login')], answers: [answer({ result: stats() })] })];
  const panel = await PanelPage.open({
    state: panelState({ conversation: { id: 'c1', title: 'Anmeldung', turns } }),
    l10n,
  });
  await panel.page.getByRole('button', { name: /1,312 → 262 Zellen/ }).click();
  await panel.page.getByText('1,312 Token: 288 von Text, 1,024 von Bildern').waitFor();
  await panel.page.getByText('Speicher des Caches').waitFor();
  const shown = await panel.page.locator('look-once-panel').evaluate((element) => element.textContent);
  // Sentences of the panel that a translation could have missed.
  assert.doesNotMatch(shown, /\b(?:cells|tokens|images|Ask|Answer|Cache memory)\b/);
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
