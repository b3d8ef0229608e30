/** `npm run ask`: one conversation with the backend from the command line. */
import type { AskParams, AskProgress, AskResult } from '../protocol/ask.js';
import { keepsWholeCache, type ModelInfo } from '../protocol/model.js';
import { askUsage, parseAskArguments, parseShowInputArguments, type AskCommand } from './askArguments.js';
import { askReport, notesOn } from './askReport.js';
import { BackendClient } from './backendClient.js';
import { hubFiles } from './hubFiles.js';
import { ClientConversation } from '../client/conversation.js';
import { showInput } from './showInput.js';
import { StatusLine, runCommand } from './terminal.js';
import { exitStatus } from './usage.js';

void runCommand(askUsage, async () => {
  const args = process.argv.slice(2);
  const status = new StatusLine();
  const shown = parseShowInputArguments(args);
  if (shown) return showInput(shown, status, interruptSignal());
  const command = parseAskArguments(args);
  if (command === 'help') {
    process.stdout.write(`${askUsage}\n`);
    return exitStatus.done;
  }
  const client = new BackendClient(command.verbose ? { onLog: (line) => process.stderr.write(`${line}\n`) } : {});
  try {
    return await converse(command, client, status, interruptSignal());
  } finally {
    status.clear();
    await client.close();
  }
});

async function converse(
  command: AskCommand,
  client: BackendClient,
  status: StatusLine,
  signal: AbortSignal,
): Promise<number> {
  const files = command.hub === undefined ? {} : await hubFiles(command.hub, command, client, status, signal);
  if (!files) return exitStatus.interrupted;
  const load = { ...command.load, ...files };
  const loaded = await client.request('lookOnce/load', load, {
    signal,
    onProgress: ({ fraction }) => {
      status.show(`loading the model: ${Math.round(fraction * 100)} %`);
    },
  });
  if (loaded.status === 'cancelled') return exitStatus.interrupted;
  const { ratio, method } = command.ask.kv ?? {};
  if (keepsWholeCache(loaded.model) && ratio !== 1 && method !== 'full') {
    status.clear();
    process.stderr.write('note: the model keeps recurrent state, so its whole KV cache is kept at every --kv-ratio\n');
  }

  const turns: { question: string; result: AskResult }[] = [];
  const conversation = new ClientConversation(client);
  if (command.ask.readAll === true) {
    const plan = await client.request('lookOnce/readAllPlan', command.ask, { signal });
    if (!plan) return exitStatus.interrupted;
    const { parts, tokens, questions } = plan;
    status.clear();
    process.stderr.write(`note: ${tokens} tokens are read in ${parts} parts, with ${questions} questions in all\n`);
  }
  for (const turn of turnsOf(command)) {
    const result = await answer(turn, { json: command.json, model: loaded.model }, conversation, status, signal);
    turns.push({ question: turn.question, result });
    if (result.stop === 'cancelled') break;
  }
  if (command.json) await printReport(loaded.model, loaded.ms, turns, client);
  return turns.some(({ result }) => result.stop === 'cancelled') ? exitStatus.interrupted : exitStatus.done;
}

function turnsOf(command: AskCommand): AskParams[] {
  const { kv, sampling } = command.ask;
  const settings = { ...(kv ? { kv } : {}), ...(sampling ? { sampling } : {}) };
  return [command.ask, ...command.followUps.map((question) => ({ question, ...settings }))];
}

/** Streams one answer to stdout, unless it is wanted as JSON. */
async function answer(
  turn: AskParams,
  { json, model }: { readonly json: boolean; readonly model: ModelInfo },
  conversation: ClientConversation,
  status: StatusLine,
  signal: AbortSignal,
): Promise<AskResult> {
  let written = '';
  const write = (text: string) => {
    // A snapshot holds the whole answer so far: only what it adds is new.
    if (json || !text.startsWith(written)) return;
    status.clear();
    process.stdout.write(text.slice(written.length));
    written = text;
  };
  const result = await conversation.ask(turn, {
    signal,
    onProgress: (progress) => {
      if (progress.phase === 'answer') write(progress.text);
      // On a terminal it would take the place of the first word, which is there before the cache is compressed.
      else if (written === '') status.show(describe(progress));
    },
  });
  status.clear();
  write(result.answer);
  if (!json) {
    process.stdout.write('\n');
    for (const note of notesOn(result, model)) process.stderr.write(`note: ${note}\n`);
  }
  return result;
}

async function printReport(
  model: ModelInfo,
  loadMs: number,
  turns: readonly { question: string; result: AskResult }[],
  client: BackendClient,
) {
  const { process: server } = await client.request('lookOnce/info', undefined);
  process.stdout.write(`${JSON.stringify(askReport(model, loadMs, turns, server.peakRssBytes))}\n`);
}

function describe(progress: Exclude<AskProgress, { phase: 'answer' }>): string {
  switch (progress.phase) {
    case 'queued':
      return `waiting behind ${progress.ahead}`;
    case 'ingest':
      return `reading images: ${progress.done} of ${progress.total}`;
    case 'image':
      return (
        `looking at image ${progress.index + 1} of ${progress.count}: ${progress.name}, ${progress.width} x ` +
        `${progress.height}, ${progress.tokens} tokens`
      );
    case 'document':
      return (
        `reading document ${progress.index + 1} of ${progress.count}: ` +
        `${progress.name}${progress.total > 1 ? `, page ${progress.done} of ${progress.total}` : ''}`
      );
    case 'part':
      return progress.label === ''
        ? `putting the answers together: ${progress.index + 1} of ${progress.count}`
        : `reading part ${progress.index + 1} of ${progress.count}: ${progress.label}`;
    case 'imageText':
      return (
        `reading the text of image ${progress.index + 1} of ${progress.count}: ${progress.name}, ` +
        `${Math.round(progress.done * 100)} %`
      );
    case 'prefill':
      return (
        `reading the prompt: ${progress.done} of ${progress.total} tokens` +
        (progress.secondsLeft === undefined ? '' : `, about ${progress.secondsLeft} s left`)
      );
    case 'reasoning':
      return `reasoning: ${progress.tokens} tokens`;
    case 'compress':
      return `compressing the cache: ${progress.done} of ${progress.total} layers`;
  }
}

/** The first Ctrl+C cancels what runs; a second one does not wait for that. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    process.once('SIGINT', () => process.exit(exitStatus.interrupted));
  });
  return controller.signal;
}
