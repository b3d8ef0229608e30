/** What people see most, with real pictures: for looking at the panel. */
import fs from 'node:fs';
import path from 'node:path';
import type { PanelState } from '../../webview/protocol/state.js';
import type { PanelPage, PanelPageOptions } from './panelPage.js';
import { answer, image, kv, panelState, pdf, richMarkdown, stats, turn } from './samplePanel.js';

export interface Scene {
  readonly name: string;
  readonly options: Pick<PanelPageOptions, 'state' | 'running' | 'answers'>;
  readonly prepare?: (panel: PanelPage) => Promise<void>;
  /** Again at every width. */
  readonly scroll?: (panel: PanelPage) => Promise<void>;
}

/** A picture of media/samples as a data: URI. */
export function samplePicture(name: string): string {
  const file = path.join(process.cwd(), 'media', 'samples', `${name}.png`);
  return `data:image/png;base64,${fs.readFileSync(file).toString('base64')}`;
}

const answers = {
  thumbnail: ({ id }: { readonly id: string }) => samplePicture(id === 'login' ? 'dialog' : 'terminal'),
  picture: ({ id }: { readonly id: string }) => samplePicture(id === 'login' ? 'dialog' : 'terminal'),
};

const asked = turn('t1', {
  question: 'Why does the sign-in fail, and what does the plan say about it?',
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
          text: '2 pictures were read smaller than they are',
          details: ['login.png: 1920 × 1080 pixels, read at 1280 × 720'],
        },
        { kind: 'standIn', severity: 'warning', text: 'The embedded model is small: check what it says.', details: [] },
      ],
    }),
  ],
});

const short = turn('t2', {
  question: 'Is the account locked?',
  answers: [answer({ text: 'Yes: `Status` is **locked** after 1,204 attempts.', result: stats() })],
});

const compared = turn('t3', {
  question: 'What is the error code?',
  attachments: [image('shot')],
  answers: [
    answer({
      ratio: 1,
      text: 'The error code is **E-1042**.',
      result: stats({ kv: { ...stats().kv, compressed: false, ratio: 1, cellsAfter: 1312, bytesAfter: 28_442_624 } }),
    }),
    answer({ ratio: 0.2, text: 'The error code is **E-1042**.', result: stats(), hasKvMap: true }),
  ],
});

const talk = (turns: PanelState['conversation']['turns']) => ({
  conversation: { id: 'c1', title: 'Why does the sign-in fail?', turns },
});

const draft: PanelState['draft'] = {
  attachments: [
    image('terminal', { words: 214 }),
    pdf('handbook'),
    image('cut', {
      state: 'failed',
      hasThumbnail: false,
      tokens: null,
      error: { code: 'corrupt_image', message: 'cut.png is cut short.', nextStep: 'Save it again.' },
    }),
  ],
  tokens: 9000,
  contextTokens: 16_384,
  heldTokens: 1200,
};

/** A question about a document that is longer than the context, of which pages were chosen. */
const chosenPages = turn('t7', {
  question: 'Which port does the build server listen on?',
  attachments: [pdf('handbook', { pages: 500 })],
  answers: [
    answer({
      text: 'It listens on port **7443** (page 17); what to do when it is taken stands on pages 230 and 231.',
      result: stats({
        images: [],
        documents: [
          {
            name: 'handbook.pdf',
            format: 'pdf',
            unit: 'page',
            pages: 500,
            pagesAsText: '17,230-231',
            pagesAsImages: '',
            picturesRead: 0,
            characters: 1_204_330,
            charactersRead: 6120,
            tokens: 1580,
            complete: false,
            notes: [{ kind: 'pagesChosen', chosen: [17, 230, 231], of: 500, why: 'question', unit: 'page' }],
            note: 'Pages 17, 230-231 of 500, chosen for your question.',
          },
        ],
      }),
      notes: [
        {
          kind: 'document',
          severity: 'warning',
          text: 'handbook.pdf was read in part: 6,120 of 1,204,330 characters.',
          details: ['Pages 17, 230-231 of 500, chosen for your question.'],
          document: 0,
        },
      ],
    }),
  ],
});

/** Each is looked at in every theme and size. */
export const looksScenes: readonly Scene[] = [
  { name: 'welcome', options: { state: panelState() } },
  {
    name: 'answer',
    options: { state: panelState({ ...talk([asked]), draft, kv: kv(0.4, 'auto') }), answers },
    scroll: async (panel) => {
      await panel.page.locator('.scroller').evaluate((element) => {
        element.scrollTop = 0;
      });
    },
  },
  {
    name: 'long-document',
    options: {
      state: panelState(talk([chosenPages])),
      answers: { ...answers, readAllCost: () => ({ parts: 61, tokens: 301_000, seconds: 1490 }) },
    },
    prepare: async (panel) => {
      await panel.page.getByText('handbook.pdf was read in part').click();
      await panel.page.getByRole('button', { name: 'Read all in parts…' }).click();
      await panel.page.getByRole('button', { name: 'Read All', exact: true }).waitFor();
    },
  },
  {
    name: 'page',
    options: {
      state: panelState(talk([chosenPages])),
      answers: {
        picture: () => samplePicture('form'),
        imageText: () => ({ width: 0, height: 0, lines: [], text: 'The server listens on port 7443.', note: '' }),
      },
    },
    prepare: async (panel) => {
      await panel.page.locator('look-once-markdown a.page-link').first().click();
      await panel.page.getByRole('button', { name: 'Open the document' }).waitFor();
    },
  },
  { name: 'formulas', options: { state: panelState(talk([asked])), answers } },
  {
    name: 'comparison',
    options: { state: panelState(talk([short, compared])), answers },
    prepare: async (panel) => {
      await panel.page.getByRole('button', { name: /cells/ }).last().click();
    },
  },
  {
    name: 'failure',
    options: {
      state: panelState({
        ...talk([
          short,
          turn('t4', {
            question: 'And now?',
            answers: [
              answer({
                status: 'failed',
                text: '',
                error: {
                  code: 'out_of_memory',
                  message: 'The model needs 6.1 GB for this context, and 3.8 GB are free.',
                  nextStep: 'Use a smaller context, or a smaller model.',
                },
              }),
            ],
          }),
        ]),
        notices: [
          {
            id: 'n',
            severity: 'warning',
            message: 'lookOnce.kv.ratio is 3; it is a number above 0 and at most 1.',
            actions: [{ label: 'Open Settings', action: 'openSettings' }],
          },
        ],
        trusted: false,
      }),
      answers,
    },
  },
  {
    name: 'running',
    options: {
      state: panelState({
        ...talk([
          short,
          turn('t5', {
            question: 'Summarise the plan.',
            attachments: [pdf('plan')],
            answers: [answer({ status: 'running', text: '' })],
          }),
          turn('t6', { question: 'Who wrote it?', answers: [answer({ status: 'waiting', text: '' })] }),
        ]),
        backend: { status: 'busy' },
      }),
      running: {
        conversationId: 'c1',
        turnId: 't5',
        answerIndex: 0,
        progress: { phase: 'answer', tokens: 12, text: '' },
        reasoning: '',
        text: 'The plan has three parts. The first',
        elapsedMs: 4200,
        tokensPerSecond: 21,
      },
      answers,
    },
  },
];
