import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PanelPage, closeBrowser, skip } from './panelPage.js';
import { answer, image, panelState, stats, turn } from './samplePanel.js';

after(closeBrowser);

/** Every way that an answer or a document is known to try to run, load, style or send something. */
const attacks = [
  '<script>window.attacked = 1</script>',
  '<img src=x onerror="window.attacked = 1">',
  '<svg onload="window.attacked = 1"><script>window.attacked = 1</script></svg>',
  '<svg><animate onbegin="window.attacked = 1" attributeName=x dur=1s></svg>',
  '<iframe src="https://evil.test/frame" srcdoc="<script>parent.attacked = 1</script>"></iframe>',
  '<object data="https://evil.test/o"></object><embed src="https://evil.test/e">',
  '<link rel="stylesheet" href="https://evil.test/s.css"><style>@import url(https://evil.test/i.css); body { ' +
    'background: url(https://evil.test/b.png) }</style>',
  '<div style="background: url(https://evil.test/style.png)">x</div>',
  '<form action="https://evil.test/form"><input name=a autofocus onfocus="window.attacked = ' +
    '1"><button>go</button></form>',
  '<base href="https://evil.test/"><meta http-equiv="refresh" content="0;url=https://evil.test/">',
  '<details open ontoggle="window.attacked = 1">x</details>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror="window.attacked = 1">',
  '<!-- <img src="https://evil.test/comment.png"> --><![CDATA[<img src="https://evil.test/cdata.png">]]>',
  '<video src="https://evil.test/v.mp4" autoplay></video><audio src="https://evil.test/a.mp3"></audio>',
  '![tracker](https://evil.test/pixel.png)',
  '![data](data:image/svg+xml;base64,PHN2Zy8+)',
  '![ref][r]\n\n[r]: https://evil.test/ref.png',
  '[script](javascript:window.attacked=1) [code](vscode://evil) [command](command:workbench.action.quit) ' +
    '[data](data:text/html,x) [file](file:///etc/passwd)',
  '[spaced]( java\tscript:window.attacked=1) [entity](&#106;avascript:window.attacked=1) [up](//evil.test/x) ' +
    '[relative](x)',
  '<a href="javascript:window.attacked=1">html link</a> <javascript:window.attacked=1>',
  '[title](https://example.com "x\\" onmouseover=\\"window.attacked=1")',
  '```html\n<script>window.attacked = 1</script><img src=https://evil.test/code.png onerror=window.attacked=1>\n```',
  '```"><img src=x onerror=window.attacked=1>\nx\n```',
  '| a |\n|---|\n| <img src=https://evil.test/cell.png onerror=window.attacked=1> |',
  '`</code><script>window.attacked = 1</script>`',
  '# <img src=https://evil.test/head.png>\n\n* <iframe src=https://evil.test/li></iframe>\n\n> ' +
    '<style>*{display:none}</style>',
];

test('no_answer_runs_loads_styles_or_sends_anything', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      conversation: {
        id: 'c',
        title: attacks[1] ?? '',
        turns: [turn('t', { question: attacks.join('\n'), answers: [answer({ text: attacks.join('\n\n') })] })],
      },
    }),
  });
  await panel.page.waitForTimeout(500);
  const found = await panel.page.evaluate(() => {
    const answerElement = document.querySelector('look-once-markdown');
    const elements = [...(answerElement?.querySelectorAll('*') ?? [])];
    return {
      attacked: 'attacked' in window,
      foreign: elements
        .filter((element) =>
          /^(?:script|img|svg|iframe|object|embed|link|style|form|input|base|meta|video|audio|math|details)$/i.test(
            element.localName,
          ),
        )
        .map((element) => element.outerHTML),
      handlers: elements.flatMap((element) =>
        [...element.attributes].filter(({ name }) => /^on|^style$|^src/.test(name)).map(({ name }) => name),
      ),
      links: [...(answerElement?.querySelectorAll('[href]') ?? [])]
        .map((link) => `${link.localName} ${link.getAttribute('href') ?? ''}`)
        .filter((link) => !/^a https?:\/\//.test(link)),
    };
  });
  assert.deepEqual(found, { attacked: false, foreign: [], handlers: [], links: [] });
  assert.equal(
    await panel.page.locator('look-once-markdown a', { hasText: 'title' }).getAttribute('href'),
    'https://example.com',
  );
  assert.deepEqual(panel.leaks, []);
  await panel.close();
});

test('what_passes_as_markdown_is_cleaned_once_more', { skip }, async () => {
  // Attachments, notes, errors and names come from files and from the model, too.
  const bad = '<img src=https://evil.test/n.png onerror=window.attacked=1>';
  const error = { code: 'internal', message: bad, nextStep: bad } as const;
  const panel = await PanelPage.open({
    state: panelState({
      conversation: {
        id: 'c',
        title: bad,
        turns: [
          turn('t', {
            attachments: [image('a', { name: bad, detail: bad, hasThumbnail: true })],
            answers: [
              answer({
                status: 'failed',
                notes: [{ kind: 'other', severity: 'info', text: bad, details: [bad] }],
                error,
                result: stats({ model: bad }),
              }),
            ],
          }),
        ],
      },
      conversations: [{ id: 'c', title: bad, changed: 0, turns: 1, about: [bad] }],
      notices: [{ id: 'n', severity: 'info', message: bad, actions: [{ label: bad, action: 'showLog' }] }],
      model: { name: bad, embedded: false, vision: true, device: bad },
    }),
    answers: { thumbnail: () => 'https://evil.test/thumbnail.png' },
  });
  await panel.page.getByRole('button', { name: 'Conversations' }).click();
  await panel.page.waitForTimeout(300);
  assert.equal(await panel.page.evaluate(() => 'attacked' in window), false);
  assert.equal(await panel.page.locator('img').count(), 0);
  assert.deepEqual(panel.leaks, []);
  await panel.close();
});

test('a_link_asks_the_extension_and_never_navigates', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      conversation: {
        id: 'c',
        title: '',
        turns: [turn('t', { answers: [answer({ text: '[docs](https://example.com/a?b=c)' })] })],
      },
    }),
  });
  const before = panel.page.url();
  const link = panel.page.getByRole('link', { name: 'docs' });
  await link.click();
  await link.click({ button: 'middle' });
  await link.focus();
  await panel.page.keyboard.press('Enter');
  assert.deepEqual(await panel.asked('openLink', 2), [
    { href: 'https://example.com/a?b=c' },
    { href: 'https://example.com/a?b=c' },
  ]);
  assert.equal(panel.page.url(), before);
  assert.equal(panel.page.context().pages().length, 1);
  assert.deepEqual(panel.leaks, []);
  await panel.close();
});

test('messages_of_the_wrong_shape_change_nothing', { skip }, async () => {
  const panel = await PanelPage.open({ state: panelState({ conversation: { id: 'c', title: 'Kept', turns: [] } }) });
  for (const message of [
    null,
    { type: 'state' },
    { type: 'state', state: { conversation: 1 } },
    { type: 'running', running: 'x' },
    { type: 'response', id: 1, ok: false },
  ]) {
    await panel.page.evaluate((data) => {
      window.postMessage(data, '*');
    }, message);
  }
  await panel.page.getByRole('heading', { name: 'Kept' }).waitFor();
  assert.deepEqual(panel.problems, []);
  await panel.close();
});
