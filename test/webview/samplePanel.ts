/** States of the panel as the extension would send them, for tests and pictures. */
import type { KvRatio } from '../../backend-native/protocol/kv.js';
import type {
  AnswerStats,
  AnswerView,
  AttachmentView,
  KvView,
  PanelState,
  TurnView,
} from '../../webview/protocol/state.js';

export function panelState(change: Partial<PanelState> = {}): PanelState {
  return {
    backend: { status: 'ready' },
    model: { name: 'Look Once Mini', embedded: true, vision: true, device: 'CPU' },
    conversation: { id: 'c1', title: '', turns: [] },
    conversations: [],
    draft: { attachments: [], tokens: null, contextTokens: 8192, heldTokens: 0 },
    kv: kv('auto', 'auto'),
    notices: [],
    trusted: true,
    ...change,
  };
}

export function kv(ratio: KvRatio, settingRatio: KvRatio): KvView {
  return {
    ratio,
    settingRatio,
    method: 'look-once',
    minPromptTokens: 256,
    comparedRatio: ratio === 'auto' || ratio >= 1 ? 0.2 : ratio,
  };
}

export function image(id: string, change: Partial<AttachmentView> = {}): AttachmentView {
  return {
    id,
    kind: 'image',
    name: `${id}.png`,
    detail: `/home/ada/${id}.png`,
    state: 'ready',
    hasThumbnail: true,
    width: 1920,
    height: 1080,
    tokens: 1024,
    ...change,
  };
}

export function pdf(id: string, change: Partial<AttachmentView> = {}): AttachmentView {
  return {
    id,
    kind: 'document',
    name: `${id}.pdf`,
    detail: `/home/ada/${id}.pdf`,
    state: 'ready',
    hasThumbnail: false,
    pages: 48,
    chosenPages: '',
    readAs: 'auto',
    tokens: 12_400,
    ...change,
  };
}

export function stats(change: Partial<AnswerStats> = {}): AnswerStats {
  return {
    tokens: 212,
    stop: 'end',
    prompt: { tokens: 1312, textTokens: 288, imageTokens: 1024, restoredTokens: 0, images: 1 },
    kv: {
      cellsBefore: 1312,
      cellsAfter: 262,
      bytesBefore: 28_442_624,
      bytesAfter: 5_679_104,
      cellsPeak: 1312,
      bytesPeak: 28_442_624,
      heldBytes: 28_442_624,
      residentBefore: 812 * 2 ** 20,
      residentAfter: 790 * 2 ** 20,
      ratio: 0.2,
      ratioChoice: 'asked',
      method: 'look-m',
      merge: 'pivot',
      mergeWhat: 'keys+values',
      compressed: true,
      reading: 'whole',
      note: '',
    },
    ms: {
      queue: 0,
      ingest: 42,
      restore: 0,
      encode: 810,
      prefill: 1930,
      compress: 61,
      firstToken: 2900,
      decode: 6840,
      compute: 6790,
    },
    images: [
      {
        name: 'login.png',
        width: 1920,
        height: 1080,
        readWidth: 1280,
        readHeight: 720,
        tokens: 1024,
        fromCache: false,
      },
    ],
    documents: [],
    reread: false,
    tokensPerSecond: 31.2,
    model: 'Look Once Mini',
    device: 'CPU',
    ...change,
  };
}

export function answer(change: Partial<AnswerView> = {}): AnswerView {
  return {
    ratio: 0.2,
    text: 'The dialog says that the password is wrong.',
    status: 'done',
    notes: [],
    hasKvMap: false,
    ...change,
  };
}

export function turn(id: string, change: Partial<TurnView> = {}): TurnView {
  return { id, question: 'What does the error dialog say?', attachments: [], answers: [answer()], ...change };
}

/** An answer with everything that Markdown can be. */
export const richMarkdown = `The sign-in dialog reports **“Wrong password”** after the third attempt.
Three things stand out:

1. The request went to \`/api/v2/session\`, and the server replied \`401\`.
2. The *remember me* box is ticked, so the old token is sent again.
3. The clock in the corner is [four minutes late](https://example.com/clock).

\`\`\`typescript
// The token is read before the form is checked.
async function signIn(form: SignInForm, retries = 3): Promise<Session> {
  const token = await store.get('token');
  if (token !== undefined && !isExpired(token)) return resume(token);
  for (let attempt = 1; attempt <= retries; attempt++) {
    const reply = await post(\`/api/v2/session?attempt=\${attempt}\`, { user: form.user, password: form.password });
    if (reply.ok) return reply.session;
  }
  throw new SignInError('Wrong password');
}
\`\`\`

| Field | Value | Attempts |
|:------|:-----:|---------:|
| User | ada | 3 |
| Status | locked | 1,204 |

The chance of a lockout is \`$1 - (1 - p)^3$\`, that is $1 - (1 - p)^3$, which costs $5 to $6:

$$
P(\\text{locked}) = \\sum_{k=3}^{n} \\binom{n}{k} p^k (1 - p)^{n - k} \\approx \\frac{1}{\\sqrt{2\\pi\\sigma^2}}
$$

> The banner at the top says that maintenance begins at 18:00.

![the login page](https://example.com/track.png)
`;
