import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { panelState } from './samplePanel.js';

after(closeBrowser);

const conversations = [
  { id: 'c1', title: 'Sign-in', changed: Date.now(), turns: 1, about: ['login.png'] },
  { id: 'c2', title: 'Invoice', changed: Date.now() - 1000, turns: 2, about: ['may.pdf', 'june.pdf'] },
];

async function openList(answers: Parameters<typeof PanelPage.open>[0]['answers'] = {}): Promise<PanelPage> {
  const panel = await PanelPage.open({ state: panelState({ conversations }), answers });
  await panel.page.getByRole('button', { name: 'Conversations' }).click();
  return panel;
}

test('a_conversation_is_found_and_opened', { skip }, async () => {
  const panel = await openList({
    searchConversations: ({ text }) => conversations.filter(({ title }) => title.toLowerCase().includes(text)),
  });
  await panel.page.keyboard.type('invoice');
  await panel.page.getByText('Sign-in').waitFor({ state: 'detached' });
  await panel.page.keyboard.press('ArrowDown');
  await panel.page.keyboard.press('Enter');
  assert.deepEqual(await panel.asked('openConversation'), [{ id: 'c2' }]);
  await panel.page.locator('.list').waitFor({ state: 'detached' });
  await panel.close();
});

test('nothing_found_is_said', { skip }, async () => {
  const panel = await openList({ searchConversations: () => [] });
  await panel.page.keyboard.type('x');
  await panel.page.getByText('Nothing was found.').waitFor();
  await panel.close();
});

test('a_conversation_is_renamed_once', { skip }, async () => {
  const panel = await openList();
  await panel.page.getByRole('button', { name: 'Rename “Invoice”' }).focus();
  await panel.page.keyboard.press('Enter');
  const title = panel.page.getByRole('textbox', { name: 'New title' });
  await title.fill('Invoice 113');
  await title.press('Enter');
  await panel.page.waitForTimeout(100);
  assert.deepEqual(panel.sent('renameConversation'), [{ id: 'c2', title: 'Invoice 113' }]);
  await panel.close();
});

test('deleting_asks_first_and_the_safe_answer_has_the_focus', { skip }, async () => {
  const panel = await openList();
  const remove = panel.page.getByRole('button', { name: 'Delete “Invoice”' });
  await remove.focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('Delete “Invoice”?').waitFor();
  await panel.page.waitForTimeout(50);
  await panel.page.keyboard.press('Enter');
  await panel.page.getByText('Delete “Invoice”?').waitFor({ state: 'detached' });
  assert.deepEqual(panel.sent('deleteConversation'), []);
  await remove.focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.getByRole('button', { name: 'Delete', exact: true }).click();
  assert.deepEqual(await panel.asked('deleteConversation'), [{ id: 'c2' }]);
  await panel.close();
});

test('a_conversation_is_exported_and_escape_goes_back', { skip }, async () => {
  const panel = await openList();
  await panel.page.getByRole('button', { name: 'Export “Invoice” as Markdown' }).focus();
  await panel.page.keyboard.press('Enter');
  assert.deepEqual(await panel.asked('exportConversation'), [{ id: 'c2' }]);
  await panel.page.keyboard.press('Escape');
  await panel.page.locator('.list').waitFor({ state: 'detached' });
  assert.equal(await panel.page.evaluate(() => document.activeElement?.className), 'question-input');
  await panel.close();
});

test('conversations_are_told_apart_by_their_files', { skip }, async () => {
  const panel = await openList();
  await panel.page.getByText(/^login\.png · 1 question/).waitFor();
  await panel.page.getByText(/^may\.pdf and 1 more · 2 questions/).waitFor();
  await panel.close();
});
