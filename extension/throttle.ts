/** Passes values on at most once per interval: the first at once, of those in between the last. */
export class Throttle<T> {
  private pending: { readonly value: T } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly intervalMs: number,
    private readonly deliver: (value: T) => void,
  ) {}

  send(value: T): void {
    if (this.timer) {
      this.pending = { value };
      return;
    }
    this.deliver(value);
    this.timer = setTimeout(() => {
      this.flush();
    }, this.intervalMs);
  }

  /** Passes on what is held back. */
  flush(): void {
    const { pending } = this;
    this.cancel();
    if (pending) this.send(pending.value);
  }

  /** Forgets what is held back. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending = undefined;
  }
}
