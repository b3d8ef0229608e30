/** Gives memory back that is held for the next question, when none comes for some minutes. */
export class IdleRelease {
  private timer: NodeJS.Timeout | undefined;

  /** @param release rejects while the engine is at work, after which the waiting begins anew */
  constructor(private readonly release: () => Promise<void> | undefined) {}

  /** Counts from now on; 0 minutes for what holds nothing. */
  restart(minutes: number): void {
    this.stop();
    if (minutes === 0) return;
    this.timer = setTimeout(() => {
      this.release()?.catch(() => {
        this.restart(minutes);
      });
    }, minutes * 60_000).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
