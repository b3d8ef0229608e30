/** How often a phase may speak. Fast enough to read along, slow enough to cost nothing. */
const intervalMs = 30;

/**
 * Thins out progress: the first snapshot of every phase goes out at once, later ones at most every 30 ms, and the
 * last one always.
 */
export class SnapshotSender<T> {
  private pending: T | undefined;
  private phase: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly phaseOf: (snapshot: T) => string,
    private readonly deliver: (snapshot: T) => void,
  ) {}

  send(snapshot: T): void {
    const phase = this.phaseOf(snapshot);
    if (phase !== this.phase) {
      this.flush();
      this.phase = phase;
      this.deliver(snapshot);
      this.timer = setTimeout(() => {
        this.flush();
      }, intervalMs);
      return;
    }
    this.pending = snapshot;
    this.timer ??= setTimeout(() => {
      this.flush();
    }, intervalMs);
  }

  /** Sends what is held back. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending === undefined) return;
    const snapshot = this.pending;
    this.pending = undefined;
    this.deliver(snapshot);
  }
}
