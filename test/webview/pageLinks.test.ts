/** Pages that an answer names are links that open them in the panel. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, panelState, pdf, stats, turn } from './samplePanel.js';
import { samplePicture } from './sampleScenes.js';

after(closeBrowser);

const report = {
  name: 'handbook.pdf',
  format: 'pdf',
  unit: 'page',
  pages: 48,
  pagesAsText: '17,20-21',
  pagesAsImages: '',
  picturesRead: 0,
  characters: 90_000,
  charactersRead: 1800,
  tokens: 450,
  complete: false,
  notes: [],
  note: '',
} as const;

const state = panelState({
  conversation: {
    id: 'c',
    title: 'Handbook',
    turns: [
      turn('t1', {
        attachments: [pdf('handbook')],
        answers: [
          answer({
            text: 'The port is on page 17, see also `page 20` and [page 21](https://example.com) and page 400.',
            result: stats({ images: [], documents: [report] }),
            notes: [
              {
                kind: 'document',
                severity: 'warning',
                text: 'handbook.pdf was read in part.',
                details: ['Pages 17, 20-21 of 48, chosen for your question.'],
                document: 0,
              },
            ],
          }),
        ],
      }),
    ],
  },
});
const answers = {
  imageText: () => ({ width: 100, height: 100, lines: [], text: 'The port is 7443.', note: '' }),
  picture: () => samplePicture('dialog'),
};

test('a_page_in_an_answer_opens_in_the_panel', { skip }, async () => {
  const panel = await PanelPage.open({ state, answers });
  const links = panel.page.locator('look-once-markdown a.page-link');
  assert.deepEqual(await links.allTextContents(), ['17'], 'no code, no other link, no page that is not there');
  await links.first().click();
  await panel.page.getByText('handbook.pdf, page 17').waitFor();
  await panel.page.getByText('The port is 7443.').waitFor();
  await panel.picture('page-link');
  assert.deepEqual(await panel.asked('imageText'), [{ id: 'handbook', page: 17 }]);
  assert.deepEqual(panel.sent('openLink'), []);
  await panel.page.getByRole('button', { name: 'Open the document' }).click();
  assert.deepEqual(await panel.asked('openAttachment'), [{ id: 'handbook' }]);
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('look-once-where').waitFor({ state: 'detached' });
  assert.deepEqual([panel.leaks, panel.problems], [[], []]);
  await panel.close();
});

test('the_pages_that_were_chosen_are_links_too_and_work_by_keyboard', { skip }, async () => {
  const panel = await PanelPage.open({ state, answers });
  await panel.page.getByText('handbook.pdf was read in part.').click();
  const links = panel.page.locator('.notes-detail a.page-link');
  assert.deepEqual(await links.allTextContents(), ['17', '20', '21']);
  await links.nth(1).focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('handbook.pdf, page 20').waitFor();
  await panel.close();
});

test('a_follow_up_opens_pages_of_what_was_attached_before', { skip }, async () => {
  const [first] = state.conversation.turns;
  const followUp = turn('t2', { question: 'And the user?', answers: [answer({ text: 'It is on page 20.' })] });
  const turns = [...(first ? [first] : []), followUp];
  const panel = await PanelPage.open({
    state: panelState({ conversation: { ...state.conversation, turns } }),
    answers,
  });
  const last = panel.page.locator('look-once-turn').last().locator('a.page-link');
  assert.deepEqual(await last.allTextContents(), ['20']);
  await last.click();
  await panel.page.getByText('handbook.pdf, page 20').waitFor();
  assert.deepEqual(await panel.asked('imageText'), [{ id: 'handbook', page: 20 }]);
  await panel.close();
});
