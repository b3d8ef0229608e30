/** What a command says: the result on stdout, everything else on stderr. */
import { asBackendError, type BackendError } from '../protocol/errors.js';
import { UsageError, exitStatus } from './usage.js';

/** One line on stderr that is written over as the work goes on; silent when stderr is no terminal. */
export class StatusLine {
  private shown = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(text: string): void {
    if (!this.stream.isTTY) return;
    this.stream.write(`\r\x1b[K${text.slice(0, Math.max(20, this.stream.columns - 1))}`);
    this.shown = true;
  }

  clear(): void {
    if (!this.shown) return;
    this.stream.write('\r\x1b[K');
    this.shown = false;
  }
}

/** `error: <code>: <message> — <next step>`, always on one line. */
export function errorLine(error: BackendError): string {
  return `error: ${error.code}: ${error.message} — ${error.nextStep}`.replace(/\s*\n\s*/g, ' ');
}

/** Runs a command's main function and turns its end into the exit status. */
export async function runCommand(usage: string, main: () => Promise<number>): Promise<void> {
  // A reader that has enough (`| head -1`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitStatus.done);
    throw error;
  });
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\n${usage}\n`);
      process.exitCode = exitStatus.usage;
      return;
    }
    const failure = asBackendError(error);
    process.stderr.write(`${errorLine(failure)}\n`);
    if (failure.code === 'internal' && error instanceof Error && error.stack) process.stderr.write(`${error.stack}\n`);
    process.exitCode = exitStatus.failed;
  }
}
