/** How often the process is asked for a sign of life. */
const tickMs = 1000;

/**
 * Notices a process that is there and does not answer: stopped, thrashing, or in a loop.
 * It counts its own ticks instead of looking at the clock, because a machine that slept is not a process that hung.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private unanswered = 0;
  private asking = false;

  /**
   * @param ping resolves, or rejects, when the process answers
   * @param patienceSeconds so long may an answer take, asked for at every tick
   * @param onHung is called once
   */
  constructor(
    private readonly ping: () => Promise<unknown>,
    private readonly patienceSeconds: () => number,
    private readonly onHung: (seconds: number) => void,
  ) {}

  /** Watches from now on; nothing happens when it does so already. */
  start(): void {
    if (this.timer) return;
    this.unanswered = 0;
    this.asking = false;
    this.timer = setInterval(() => {
      this.tick();
    }, tickMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** For tests: what happens every second. */
  tick(): void {
    if (this.asking) this.unanswered += 1;
    else void this.ask();
    const patience = this.patienceSeconds();
    if (this.unanswered < patience) return;
    this.stop();
    this.onHung(patience);
  }

  private async ask(): Promise<void> {
    this.asking = true;
    // An error is an answer too, and whoever made the request hears of a process that ended.
    await this.ping().then(answered, answered);
    this.asking = false;
    this.unanswered = 0;
  }
}

function answered(): void {
  return undefined;
}
