import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import type { PanelState } from '../../webview/protocol/state.js';
import { PanelPage, closeBrowser, skip, themes, type PanelPageOptions } from './panelPage.js';
import { looksScenes } from './sampleScenes.js';
import { realisticMap } from './sampleMap.js';
import { answer, image, kv, panelState, pdf, richMarkdown, stats, turn } from './samplePanel.js';

after(closeBrowser);

const rich = panelState({
  conversation: {
    id: 'c1',
    title: 'Why does the sign-in fail?',
    turns: [
      turn('t1', {
        attachments: [image('login'), pdf('plan', { chosenPages: '1-3' })],
        answers: [
          answer({
            text: richMarkdown,
            hasKvMap: true,
            result: stats(),
            notes: [
              {
                kind: 'shrunk',
                severity: 'info',
                text: 'login.png was read smaller than it is',
                details: ['login.png: 1920 × 1080 pixels, read at 1280 × 720'],
              },
            ],
          }),
        ],
      }),
      turn('t2', {
        question: 'Compare',
        answers: [answer({ ratio: 1, result: stats() }), answer({ status: 'running', text: 'The dia' })],
      }),
      turn('t3', {
        question: 'Fails',
        answers: [
          answer({
            status: 'failed',
            text: '',
            error: { code: 'out_of_memory', message: 'It does not fit.', nextStep: 'Use less.' },
          }),
        ],
      }),
    ],
  },
  conversations: [
    { id: 'c1', title: 'Why does the sign-in fail?', changed: Date.now(), turns: 3, about: ['login.png', 'plan.pdf'] },
    { id: 'c2', title: 'Invoice', changed: 0, turns: 1, about: [] },
  ],
  draft: {
    attachments: [
      image('a'),
      pdf('b'),
      image('c', { state: 'reading', hasThumbnail: false, tokens: null }),
      image('d', {
        state: 'failed',
        hasThumbnail: false,
        tokens: null,
        error: { code: 'corrupt_image', message: 'd.png is cut short.', nextStep: 'Save it again.' },
      }),
    ],
    tokens: 9000,
    contextTokens: 8192,
    heldTokens: 1200,
  },
  kv: kv(0.4, 0.2),
  notices: [
    {
      id: 'n',
      severity: 'warning',
      message: 'lookOnce.kv.ratio is 3.',
      actions: [{ label: 'Open settings', action: 'openSettings' }],
    },
  ],
  trusted: false,
});

/** What axe-core finds wrong, each with where. */
async function violations(panel: PanelPage): Promise<string[]> {
  const source = fs.readFileSync(path.join(process.cwd(), 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
  await panel.page.evaluate(source);
  return panel.page.evaluate(async () => {
    interface Axe {
      run(
        context: Document,
      ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    }
    const { violations: found } = await (window as unknown as { axe: Axe }).axe.run(document);
    return found.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary = '' }) =>
          `${id}: ${html.slice(0, 160)} ${failureSummary.replaceAll('\n', ' ').slice(0, 200)}`,
      ),
    );
  });
}

const scenes: readonly {
  readonly name: string;
  readonly state: PanelState;
  readonly answers?: PanelPageOptions['answers'];
  readonly prepare?: (panel: PanelPage) => Promise<void>;
}[] = [
  ...looksScenes
    .filter(({ name }) => name === 'long-document' || name === 'page')
    .map(({ name, options: { state, answers }, prepare }) => ({
      name,
      state,
      ...(answers && { answers }),
      ...(prepare && { prepare }),
    })),
  { name: 'welcome', state: panelState() },
  {
    name: 'conversation',
    state: rich,
    prepare: async (panel) => {
      await panel.page
        .getByRole('button', { name: /262 cells/ })
        .first()
        .click();
      await panel.page.getByRole('button', { name: 'Choose pages of b.pdf' }).click();
    },
  },
  {
    name: 'list',
    state: rich,
    prepare: async (panel) => {
      await panel.page.getByRole('button', { name: 'Conversations' }).click();
    },
  },
  {
    name: 'heat map',
    state: rich,
    prepare: async (panel) => {
      await panel.send({ type: 'showKvMap', turnId: 't1', answerIndex: 0, image: 0 });
      await panel.page.locator('canvas').waitFor();
    },
  },
];

for (const theme of themes) {
  for (const { name, state, answers, prepare } of scenes) {
    test(`axe_finds_nothing_in_the_${name.replace(' ', '_')}_in_${theme}`, { skip }, async () => {
      const panel = await PanelPage.open({
        theme,
        state,
        height: 2400,
        answers: {
          ...answers,
          kvMap: () => ({
            map: realisticMap(),
            pictures: [{ attachmentId: 'login' }, { attachmentId: 'plan', page: 2 }],
          }),
        },
      });
      await prepare?.(panel);
      await panel.page.waitForTimeout(200);
      await panel.picture(`${name.replace(' ', '-')}-${theme}`);
      assert.deepEqual(await violations(panel), []);
      assert.deepEqual(panel.leaks, []);
      assert.deepEqual(panel.problems, []);
      await panel.close();
    });
  }
}

test('everything_is_reached_by_tab_and_shows_where_the_focus_is', { skip }, async () => {
  const panel = await PanelPage.open({ state: rich, height: 2400 });
  await panel.page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
  });
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let press = 0; press < 80; press++) {
    await panel.page.keyboard.press('Tab');
    const stop = await panel.page.evaluate(() => {
      let element = document.activeElement;
      const host = element;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (!element || !host || element === document.body) return null;
      const drawn = [
        ...(element.shadowRoot?.querySelectorAll('*') ?? []),
        element,
        host,
        host.closest('.composer-box'),
        ...(host.shadowRoot?.querySelectorAll('*') ?? []),
      ];
      const visible = drawn.some((each) => {
        const style = each ? getComputedStyle(each) : undefined;
        return (
          style !== undefined &&
          ((style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.borderColor === 'rgb(0, 120, 212)')
        );
      });
      const name = element.getAttribute('aria-label') ?? host.getAttribute('label') ?? host.textContent.trim();
      return { name: name.replaceAll(/\s+/g, ' ').slice(0, 40), visible };
    });
    if (!stop) break;
    reached.add(stop.name);
    if (!stop.visible) unseen.push(stop.name);
  }
  for (const name of [
    'Conversations',
    'New conversation',
    'Copy code',
    'Copy answer',
    'Ask again',
    'Choose pages of b.pdf',
    'Remove a.png',
    'Question',
    'Attach files…',
    'Stop',
  ]) {
    assert.ok(
      [...reached].some((each) => each.includes(name)),
      `${name} is not among ${[...reached].join(' | ')}`,
    );
  }
  assert.deepEqual(unseen, []);
  await panel.close();
});

test('there_is_one_live_region_and_it_speaks_in_sentences', { skip }, async () => {
  const state = panelState({
    conversation: { id: 'c1', title: '', turns: [turn('t1', { answers: [answer({ status: 'running', text: '' })] })] },
  });
  const panel = await PanelPage.open({ state });
  assert.equal(
    await panel.page
      .locator('[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"]')
      .count(),
    1,
  );
  await panel.page.evaluate(() => {
    const heard: string[] = [];
    (window as unknown as { heard: string[] }).heard = heard;
    const live = document.querySelector('.live');
    if (live)
      new MutationObserver(() => {
        heard.push(live.textContent);
      }).observe(live, { childList: true, characterData: true, subtree: true });
  });
  const text = 'The dialog says no. It closes after three tries. Then it opens again';
  for (let length = 0; length <= text.length; length += 4) {
    await panel.send({
      type: 'running',
      running: {
        conversationId: 'c1',
        turnId: 't1',
        answerIndex: 0,
        progress: { phase: 'answer', tokens: length, text: '' },
        text: text.slice(0, length),
        reasoning: '',
        elapsedMs: 1,
        tokensPerSecond: 1,
      },
    });
  }
  await panel.send({
    type: 'state',
    state: panelState({ conversation: { id: 'c1', title: '', turns: [turn('t1', { answers: [answer({ text })] })] } }),
  });
  await panel.page.waitForTimeout(200);
  const heard = await panel.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  assert.equal(heard.join(' '), text);
  assert.ok(heard.length <= 4, `${heard.length} announcements`);
  await panel.close();
});

for (const [name, size] of [
  ['at_320_pixels', { width: 320 }],
  ['at_200_percent', { width: 640, zoom: 2 }],
  ['at_400_pixels_of_height', { width: 320, height: 400 }],
] as const) {
  test(`nothing_is_cut_off_or_scrolls_sideways_${name}`, { skip }, async () => {
    const panel = await PanelPage.open({ state: rich, ...size });
    for (const open of [
      async () => {
        await Promise.resolve();
      },
      async () => {
        await panel.page.getByRole('button', { name: 'Conversations' }).click();
      },
    ]) {
      await open();
      await panel.page.waitForTimeout(150);
      const wide = await panel.page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        const scrolls = [...document.querySelectorAll('.scroller, .frame, .messages, .list-body, body, html')]
          .filter((element) => element.scrollWidth > element.clientWidth)
          .map((element) => element.className);
        const cut = [...document.querySelectorAll('vscode-button, vscode-toolbar-button, textarea, input, .chip')]
          .filter((element) => !element.closest('pre, .table-scroll'))
          .filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && (box.right > width + 1 || box.left < -1);
          })
          .map((element) => element.outerHTML.slice(0, 100));
        return { scrolls, cut };
      });
      assert.deepEqual(wide, { scrolls: [], cut: [] });
    }
    await panel.picture(name.replaceAll('_', '-'));
    await panel.close();
  });
}

test('nothing_moves_when_motion_is_reduced', { skip }, async () => {
  const panel = await PanelPage.open({
    state: panelState({
      backend: { status: 'starting' },
      draft: {
        attachments: [image('c', { state: 'reading', hasThumbnail: false })],
        tokens: null,
        contextTokens: null,
        heldTokens: 0,
      },
    }),
    reducedMotion: true,
  });
  await panel.page.waitForTimeout(200);
  assert.deepEqual(
    await panel.page.evaluate(() =>
      document.getAnimations().map((animation) => (animation as CSSAnimation).animationName),
    ),
    [],
  );
  await panel.close();
});
