import assert from 'node:assert/strict';
import { suite, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import {
  activated,
  answerOfTerminal,
  ask,
  askAbout,
  attach,
  lastAnswer,
  lastTurn,
  panelSends,
  question,
  sample,
  startAfresh,
} from './lookOnce.js';
import { hostSuite, tellOutside } from './hostSuite.js';
import { backendPid } from './processes.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  suite('a question', () => {
    test('by_the_command_of_an_image_is_answered_by_the_embedded_model', async () => {
      await startAfresh();
      await vscode.commands.executeCommand('lookOnce.askAboutImage', sample('terminal.png'));
      assert.deepEqual(
        (await draft()).map(({ kind, name }) => [kind, name]),
        [['image', 'terminal.png']],
      );
      await vscode.commands.executeCommand('lookOnce.ask', question);
      const answer = await lastAnswer();
      assert.equal(answer.status, 'done', JSON.stringify(answer.error));
      assert.match(answer.text, new RegExp(answerOfTerminal));
      assert.deepEqual(await draft(), [], 'the attachments go along with the question');
    });

    test('that_follows_up_goes_on_with_the_cache', async () => {
      await ask('What is the error code?');
      const answer = await lastAnswer();
      assert.equal(answer.status, 'done', JSON.stringify(answer.error));
      assert.equal(answer.result?.reread, false);
      assert.equal((await lastTurn()).attachments.length, 0);
    });

    test('asked_again_replaces_its_answer', async () => {
      const { id } = await lastTurn();
      const turns = (await activated()).state().conversation.turns.length;
      await panelSends('regenerate', { turnId: id });
      assert.equal((await lastAnswer()).status, 'done');
      assert.equal((await activated()).state().conversation.turns.length, turns);
    });

    test('edited_drops_the_turns_after_it', async () => {
      const [first] = (await activated()).state().conversation.turns;
      assert.ok(first);
      await panelSends('editAndAsk', { turnId: first.id, question: 'Which error code is shown?' });
      assert.match((await lastAnswer()).text, new RegExp(answerOfTerminal));
      const { turns } = (await activated()).state().conversation;
      assert.deepEqual(
        turns.map((turn) => [turn.question, turn.attachments.length]),
        [['Which error code is shown?', 1]],
      );
    });

    test('compared_is_answered_with_the_full_cache_and_with_the_ratio', async () => {
      await startAfresh();
      await attach(...eight());
      await panelSends('setKvRatio', { ratio: 0.2 });
      await ask(question, true);
      await lastAnswer();
      const { answers } = await lastTurn();
      assert.deepEqual(
        answers.map(({ ratio, status }) => [ratio, status]),
        [
          [1, 'done'],
          [0.2, 'done'],
        ],
      );
      const [full, compressed] = answers.map(({ result }) => result?.kv.cellsAfter ?? NaN);
      assert.ok((compressed ?? NaN) < (full ?? NaN));
    });

    test('of_many_tokens_says_what_look_m_did_to_the_cache', async () => {
      await panelSends('setKvRatio', { ratio: 0.2 });
      const { result, hasKvMap } = await askAbout(question, ...eight());
      assert.ok(result);
      assert.equal(result.kv.compressed, true, result.kv.note);
      assert.ok(
        result.kv.cellsAfter <= result.kv.cellsBefore * 0.2,
        `${result.kv.cellsBefore} became ${result.kv.cellsAfter}`,
      );
      assert.ok(result.kv.bytesAfter < result.kv.bytesBefore);
      assert.equal(hasKvMap, true);
    });

    test('has_a_map_of_the_patches_that_survived_and_the_pictures_that_they_belong_to', async () => {
      const turn = await lastTurn();
      const found = await panelSends('kvMap', { turnId: turn.id, answerIndex: 0 });
      assert.ok(found);
      assert.equal(found.map.images.length, 8);
      assert.deepEqual(
        found.pictures.map(({ attachmentId }) => attachmentId),
        turn.attachments.map(({ id }) => id),
      );
      for (const { attachmentId } of found.pictures)
        assert.match((await panelSends('picture', { id: attachmentId })) ?? '', /^data:image\//);
    });

    test('about_the_sample_needs_one_command', async () => {
      await startAfresh();
      await vscode.commands.executeCommand('lookOnce.askAboutSample');
      assert.deepEqual(
        (await draft()).map(({ name }) => name),
        ['terminal.png'],
      );
    });
  });

  suite('an attachment', () => {
    test('says_its_size_and_what_it_costs', async () => {
      await startAfresh();
      await attach(sample('terminal.png'));
      const found = await until('the tokens of the attachment', async () =>
        (await draft()).find(({ tokens }) => tokens !== null),
      );
      assert.equal(found.state, 'ready');
      assert.ok((found.tokens ?? 0) > 0);
      assert.equal(found.width, 192);
      assert.equal(found.height, 80);
      assert.match((await panelSends('thumbnail', { id: found.id })) ?? '', /^data:image\//);
    });

    test('that_is_no_image_says_so_in_its_chip', async () => {
      await startAfresh();
      const broken = await inWorkspace('broken.png', 'this is no picture');
      await attach(broken);
      const found = await until('the attachment to fail', async () =>
        (await draft()).find(({ state }) => state === 'failed'),
      );
      assert.ok(found.error && found.error.message !== '' && found.error.nextStep !== '');
    });

    test('by_paste_is_answered', async () => {
      await startAfresh();
      const bytes = await vscode.workspace.fs.readFile(sample('terminal.png'));
      await panelSends('attachBytes', {
        name: 'pasted.png',
        mime: 'image/png',
        base64: Buffer.from(bytes).toString('base64'),
      });
      await ask(question);
      assert.match((await lastAnswer()).text, new RegExp(answerOfTerminal));
    });

    test('can_be_moved_and_removed', async () => {
      await startAfresh();
      await attach(sample('terminal.png'), sample('table.png'));
      const [first, second] = await draft();
      assert.ok(first && second);
      await panelSends('moveAttachment', { id: second.id, to: 0 });
      assert.deepEqual(
        (await draft()).map(({ name }) => name),
        ['table.png', 'terminal.png'],
      );
      await panelSends('removeAttachment', { id: second.id });
      assert.deepEqual(
        (await draft()).map(({ name }) => name),
        ['terminal.png'],
      );
    });

    test('may_be_the_selection_of_an_editor', async () => {
      await startAfresh();
      const editor = await vscode.window.showTextDocument(
        await inWorkspace('notes.md', '# Notes\n\nThe server is called alpha.\n'),
      );
      editor.selection = new vscode.Selection(2, 0, 2, 28);
      await vscode.commands.executeCommand('lookOnce.askAboutSelection');
      assert.deepEqual(
        (await draft()).map(({ kind }) => kind),
        ['selection'],
      );
    });

    test('may_be_a_document_and_the_answer_says_how_much_of_it_was_read', async () => {
      await startAfresh();
      await vscode.commands.executeCommand(
        'lookOnce.askAboutDocument',
        await inWorkspace('notes.md', '# Notes\n\nThe server is called alpha.\n'),
      );
      await ask('What is the server called?');
      const { status, result, error } = await lastAnswer();
      assert.equal(status, 'done', JSON.stringify(error));
      assert.deepEqual(
        result?.documents.map(({ name, format, complete }) => [name, format, complete]),
        [['notes.md', 'markdown', true]],
      );
    });

    test('may_be_a_pdf_read_by_page_and_as_an_image', async () => {
      await startAfresh();
      await attach(await inWorkspace('report.pdf', pdf(['First page.', 'The error code is E4719.'])));
      const found = await until('the pages of the PDF', async () =>
        (await draft()).find(({ pages }) => pages !== undefined),
      );
      assert.equal(found.pages, 2);
      await panelSends('setAttachmentPages', { id: found.id, pages: '2', readAs: 'images' });
      await ask(question);
      const { status, result, error } = await lastAnswer();
      assert.equal(status, 'done', JSON.stringify(error));
      assert.deepEqual(
        result?.documents.map(({ pages, pagesAsText, pagesAsImages }) => [pages, pagesAsText, pagesAsImages]),
        [[2, '', '2']],
      );
    });
  });

  suite('a setting', () => {
    suiteTeardown(async () => {
      for (const name of ['kv.ratio', 'kv.rato', 'generation.maxTokens']) await set(name, undefined);
    });

    test('applies_to_the_next_question_without_a_reload', async () => {
      await set('kv.ratio', 0.5);
      const answer = await askAbout(question, ...eight());
      assert.equal(answer.ratio, 0.5);
      assert.equal(answer.result?.kv.ratio, 0.5);
    });

    test('out_of_its_range_is_named_with_the_value_that_is_used', async () => {
      await set('kv.ratio', 7);
      const notice = await until('a notice', async () =>
        (await activated()).state().notices.find(({ message }) => message.includes('lookOnce.kv.ratio')),
      );
      assert.match(notice.message, /7.*\b1\b/);
      assert.equal((await activated()).state().kv.settingRatio, 1);
      await set('kv.ratio', undefined);
      await until('the notice to go', async () =>
        (await activated()).state().notices.every(({ message }) => !message.includes('lookOnce.kv.ratio')),
      );
    });
  });

  suite('the panel', () => {
    test('is_refused_what_it_may_not_ask', async () => {
      const api = await activated();
      const hostile: unknown[] = [
        { type: 'request', id: 1, method: 'constructor', params: null },
        { type: 'request', id: 2, method: 'ask', params: { question: 7, compare: false } },
        { type: 'request', id: 3, method: 'openLink', params: { href: 'command:workbench.action.quit' } },
        { type: 'request', id: 4, method: 'attachUris', params: { uris: 'file:///etc/passwd' } },
        { type: 'request', id: 5, method: 'picture', params: { id: '../../etc/passwd' } },
      ];
      for (const message of hostile) {
        const response = await api.respondTo(message);
        assert.ok(response && (!response.ok || response.result === null), JSON.stringify(message));
      }
    });

    test('finds_renames_and_deletes_conversations', async () => {
      await askAbout(question, sample('terminal.png'));
      const { id } = (await activated()).state().conversation;
      await panelSends('renameConversation', { id, title: 'The broken build' });
      assert.ok((await activated()).state().conversations.some(({ title }) => title === 'The broken build'));
      assert.ok((await panelSends('searchConversations', { text: answerOfTerminal })).some((found) => found.id === id));
      await panelSends('deleteConversation', { id });
      assert.ok((await activated()).state().conversations.every((found) => found.id !== id));
    });
  });

  suite('the backend', () => {
    test('is_one_process_and_is_another_after_a_restart', async () => {
      const before = backendPid();
      await vscode.commands.executeCommand('lookOnce.restartBackend');
      assert.notEqual(backendPid(), before);
      assert.match((await askAbout(question, sample('terminal.png'))).text, new RegExp(answerOfTerminal));
      tellOutside('backendPid', backendPid());
    });
  });
});

/** Eight samples, which together have enough tokens to be compressed. */
function eight(): vscode.Uri[] {
  return [1, 2, 3, 4, 5, 6, 7, 8].map((number) => sample(`eight/${number}.png`));
}

async function draft() {
  return (await activated()).state().draft.attachments;
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('lookOnce').update(name, value, vscode.ConfigurationTarget.Global);
}

async function inWorkspace(name: string, content: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(content, 'latin1'));
  return uri;
}

/** A PDF with one line of Helvetica on each page. */
function pdf(pages: readonly string[]): string {
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((text, index) => {
      const content = `BT /F1 24 Tf 20 100 Td (${text}) Tj ET`;
      return [
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Resources << /Font << /F1 3 0 R >> >> /Contents ' +
          `${5 + 2 * index} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return (
    `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} ` +
    `/Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  );
}
