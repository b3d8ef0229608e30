/// <reference lib="dom" />
/**
 * `npm run moving-picture`: films the panel while a question is asked, for the README. The panel is the real one; this
 * process plays the extension, with an answer and numbers that stand for what it would give.
 */
import path from 'node:path';
import sharp from 'sharp';
import type { AnswerView, PanelState, RunningView } from '../../webview/protocol/state.js';
import { PanelPage, closeBrowser } from './panelPage.js';
import { answer, image, kv, panelState, stats, turn } from './samplePanel.js';
import { samplePicture } from './sampleScenes.js';

const file = path.join(process.cwd(), 'media', 'screenshots', 'panel.gif');
const question = 'What failed, and what is the error code?';
const text = 'The deployment failed because the disk is full. The error code is **E4719**.';
const shot = image('terminal', { width: 1280, height: 800, words: 62, tokens: 640 });
const draft = { tokens: 640, contextTokens: 16_384, heldTokens: 0 };

const cost = stats({
  kv: {
    ...stats().kv,
    cellsBefore: 702,
    cellsAfter: 281,
    bytesBefore: 16_173_000,
    bytesAfter: 6_474_000,
    ratio: 0.4,
    method: 'look-once',
  },
  tokensPerSecond: 24,
});

/** Pictures of the panel, each with the milliseconds that it is shown. */
class Film {
  private readonly frames: { readonly png: Buffer; readonly ms: number }[] = [];

  constructor(private readonly panel: PanelPage) {}

  async shoot(ms: number): Promise<void> {
    this.frames.push({ png: await this.panel.page.screenshot(), ms });
  }

  async save(): Promise<number> {
    const { size } = await sharp(
      this.frames.map(({ png }) => png),
      { join: { animated: true } },
    )
      .gif({ colours: 96, effort: 10, delay: this.frames.map(({ ms }) => ms), loop: 0 })
      .toFile(file);
    return size;
  }
}

const talk = (change: Partial<AnswerView>): PanelState =>
  panelState({
    backend: { status: change.status === 'done' ? 'ready' : 'busy' },
    conversation: {
      id: 'c1',
      title: question,
      turns: [turn('t1', { question, attachments: [shot], answers: [answer(change)] })],
    },
    kv: kv(0.4, 'auto'),
    draft: { ...draft, attachments: [], tokens: 0, heldTokens: change.status === 'done' ? 702 : 0 },
  });

const running = (progress: RunningView['progress'], so: string, elapsedMs: number): RunningView => ({
  conversationId: 'c1',
  turnId: 't1',
  answerIndex: 0,
  progress,
  reasoning: '',
  text: so,
  elapsedMs,
  tokensPerSecond: 24,
});

async function film(): Promise<number> {
  const panel = await PanelPage.open({
    width: 460,
    height: 520,
    reducedMotion: true,
    state: panelState({ draft: { ...draft, attachments: [shot] }, kv: kv(0.4, 'auto') }),
    answers: {
      thumbnail: () => samplePicture('terminal'),
      picture: () => samplePicture('terminal'),
    },
  });
  const take = new Film(panel);
  const input = panel.page.getByRole('textbox', { name: 'Question' });
  await input.focus();
  await panel.page.waitForTimeout(300);
  await take.shoot(900);
  for (let end = 4; end < question.length + 4; end += 4) {
    await input.fill(question.slice(0, end));
    await take.shoot(90);
  }
  await take.shoot(500);
  await input.fill('');
  await panel.send({ type: 'state', state: talk({ status: 'running', text: '' }) });
  for (const tokens of [200, 480, 702]) {
    await panel.send({
      type: 'running',
      running: running({ phase: 'prefill', done: tokens, total: 702 }, '', tokens * 2),
    });
    await take.shoot(350);
  }
  for (let end = 12; end < text.length + 12; end += 12) {
    const progress = { phase: 'answer', tokens: Math.ceil(end / 4), text: '' } as const;
    await panel.send({ type: 'running', running: running(progress, text.slice(0, end), 1500 + end * 10) });
    await panel.page.waitForTimeout(120);
    await take.shoot(140);
  }
  await panel.send({ type: 'running', running: null });
  await panel.send({ type: 'state', state: talk({ status: 'done', text, hasKvMap: true, result: cost }) });
  await panel.page.waitForTimeout(300);
  await take.shoot(4000);
  await panel.close();
  return take.save();
}

film()
  .then((bytes) => {
    process.stdout.write(`${path.relative(process.cwd(), file)}: ${Math.round(bytes / 1000)} kB\n`);
  })
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => closeBrowser());
