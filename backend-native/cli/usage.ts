/** A command line that cannot be understood: exit status 2, with the usage line. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const exitStatus = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
