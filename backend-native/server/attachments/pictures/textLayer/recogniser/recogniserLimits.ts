/** What reading the text of one picture may cost, whatever is in it. */
export const recogniserLimits = {
  /** 7680 x 4320 and a little more. */
  pixels: 34_000_000,
  /** Of the recogniser's process, models included; one picture of 1920 x 1080 takes some 500 MB. */
  memoryBytes: 2 * 2 ** 30,
  /** With which the process ends when it takes more. */
  memoryStatus: 77,
  /** Without anything done. */
  stepMs: 60_000,
  totalMs: 180_000,
  /** After which an idle process is ended: its models take 150 MB. */
  idleMs: 120_000,
} as const;
