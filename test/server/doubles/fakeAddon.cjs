/**
 * Stands in for the native addon where the process around it is tested: queue, cancel, crash, errors.
 * The question says what happens: `say a b c` streams the words, `crash` aborts the process, `slow` goes on until it
 * is cancelled, `fail <code>` rejects, `echo` answers with what arrived, `options` with what was loaded with, `hashes`
 * with those of all images; `restored <tokens> <index>…` comes from the disk, but for some images.
 */
'use strict';
const { setTimeout: sleep } = require('node:timers/promises');

class FakeEngine {
  constructor(log) {
    this.log = log;
    this.cancelled = false;
    this.turns = 0;
  }

  async load(options, onProgress) {
    for (const fraction of [0, 0.5, 1]) {
      onProgress(fraction);
      await sleep(1);
    }
    this.options = options;
    this.log('info', `loaded ${options.modelPath}`);
    return {
      description: 'fake',
      architecture: 'llama',
      contextTrain: 4096,
      layers: 2,
      headsKv: 1,
      embedding: 8,
      parameters: 1000,
      sizeBytes: 4000,
      vision: options.mmprojPath !== undefined,
      reasoning: false,
      tools: false,
      rope: 'plain',
      memory: 'attention',
      devices: ['CPU'],
    };
  }

  async ask(turn, onEvent) {
    this.cancelled = false;
    this.turns = turn.continueConversation ? this.turns + 1 : 1;
    const [verb, ...words] = turn.question.split(' ');
    if (verb === 'crash') {
      process.stderr.write('fake.cpp:42: GGML_ASSERT(words > 0) failed\n');
      process.abort();
    }
    if (verb === 'fail') throw Object.assign(new Error('the fake was told to fail'), { code: words[0] });
    onEvent({ type: 'prefill', done: 10, total: 10 });
    let answer = '';
    let tokens = 0;
    const say = (text) => {
      answer += text;
      tokens += 1;
      onEvent({ type: 'text', tokens: 1, text });
    };
    if (verb === 'say') for (const word of words) say(`${word} `);
    if (verb === 'echo') {
      say(
        JSON.stringify({
          turns: this.turns,
          history: turn.history.map(({ question, answer, images, documents }) => ({
            question,
            answer,
            images: images.map(({ name }) => name),
            documents,
          })),
          images: turn.images.map(({ name, width, height, rgb }) => ({
            name,
            width,
            height,
            rgb: [...rgb.subarray(0, 6)],
          })),
          documents: turn.documents,
          kv: turn.kv,
        }),
      );
    }
    if (verb === 'options') say(JSON.stringify(this.options));
    if (verb === 'hashes')
      say(JSON.stringify([...turn.history, turn].flatMap(({ images }) => images.map(({ hash }) => hash))));
    const restoredTokens = verb === 'restored' ? Number(words[0]) : 0;
    if (verb === 'restored') {
      for (const index of words.slice(1))
        onEvent({ type: 'image', index: Number(index), count: 3, name: 'a', width: 1, height: 1, tokens: 1 });
      say('restored');
    }
    while (verb === 'slow' && !this.cancelled) {
      say('.');
      await sleep(5);
    }
    const stop = this.cancelled ? 'cancelled' : 'end';
    return {
      answer,
      reasoning: '',
      tokens,
      reasoningTokens: 0,
      reasoningCut: false,
      stop,
      inConversation: tokens > 0,
      contextTokens: 10,
      prompt: { tokens: 10, textTokens: 10, imageTokens: 0, restoredTokens, images: turn.images.length },
      kv: {
        cellsBefore: 10,
        cellsAfter: 10,
        bytesBefore: 100,
        bytesAfter: 100,
        cellsPeak: 10,
        bytesPeak: 100,
        residentBefore: 0,
        residentAfter: 0,
        ratio: turn.kv.ratio === 'auto' ? 1 : turn.kv.ratio,
        ratioChoice: turn.kv.ratio === 'auto' ? 'auto-by-length' : 'asked',
        method: turn.kv.method,
        merge: 'none',
        mergeWhat: 'values',
        compressed: false,
        reading: 'whole',
        note: '',
      },
      ms: { restore: 0, encode: 0, prefill: 1, compress: 0, firstToken: 1, decode: 2, compute: 2 },
      images: turn.images.map(({ name, width, height }) => ({
        name,
        width,
        height,
        readWidth: width,
        readHeight: height,
        tokens: 1,
        fromCache: restoredTokens > 0,
      })),
    };
  }

  /** Every setting gets the answers of `ask` to its questions; `slow` goes on answering until it is cancelled. */
  async sweep({ turn, variants, followUps }, onEvent) {
    this.cancelled = false;
    const settings = [{ ...turn.kv, method: 'full', ratio: 1 }, ...variants];
    const answered = [];
    for (const kv of settings) {
      while (turn.question === 'slow' && answered.length === 1 && !this.cancelled) await sleep(5);
      if (this.cancelled) break;
      const turns = [turn.question, ...followUps].map((question) => ({
        answer: `${question} ${JSON.stringify(kv)}`,
        tokens: 1,
        stop: 'end',
        divergence: 0,
      }));
      answered.push({ turns });
      onEvent({ type: 'answers', done: answered.length, total: settings.length });
    }
    const [full = null, ...rest] = answered;
    return {
      cancelled: this.cancelled,
      full,
      variants: rest,
      images: [],
      ms: { restore: 0, encode: 0, prefill: 0 },
      prompt: { tokens: 10, textTokens: 10, imageTokens: 0, restoredTokens: 0, images: turn.images.length },
    };
  }

  async kvMap() {
    return null;
  }
  async countTokens(text) {
    return text.split(/\s+/).length;
  }
  async measureImage(width, height) {
    return { tokens: 1, readWidth: width, readHeight: height };
  }
  async release() {}
  async reset() {
    this.turns = 0;
  }
  cancel() {
    this.cancelled = true;
  }
  async close() {
    this.cancelled = true;
  }
}

module.exports = {
  abiVersion: 12,
  processorLevels: () => [],
  buildInfo: () => ({ llamaCpp: 'fake', compiler: 'none', buildType: 'none' }),
  listDevices: () => [{ name: 'CPU', description: 'a fake', kind: 'cpu', memoryTotal: 2, memoryFree: 1 }],
  createEngine: (log) => new FakeEngine(log),
  compressLayer: () => {
    throw Object.assign(new Error('the fake compresses nothing'), { code: 'internal' });
  },
};
