import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition gives something that is true, not empty, not 0.
 * @param what is waited for, for the error
 * @throws when it takes longer than the seconds
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds = 60,
): Promise<Exclude<T, undefined | null | false | '' | 0>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, undefined | null | false | '' | 0>;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain for ${what}`);
    await sleep(50);
  }
}
