/** Whether this machine runs on its battery, as far as it tells without a library. */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const linuxSupplies = '/sys/class/power_supply';

/**
 * @param platform as Node calls it
 * @param supplies the folder in which Linux shows what powers the machine
 * @returns false where nobody knows
 */
export async function isOnBattery(platform = process.platform, supplies = linuxSupplies): Promise<boolean> {
  try {
    if (platform === 'linux') return await anyDischarges(supplies);
    if (platform === 'darwin') {
      const { stdout } = await promisify(execFile)('pmset', ['-g', 'batt'], { timeout: 2000 });
      return stdout.includes("'Battery Power'");
    }
  } catch {
    // A machine that does not tell is one that is plugged in.
  }
  return false;
}

/** Batteries of mice and headsets discharge too: they say that their scope is the device. */
async function anyDischarges(supplies: string): Promise<boolean> {
  const read = (name: string, file: string) =>
    fs.readFile(path.join(supplies, name, file), 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  for (const name of await fs.readdir(supplies)) {
    const [type, status, scope] = await Promise.all(['type', 'status', 'scope'].map((file) => read(name, file)));
    if (type === 'Battery' && status === 'Discharging' && scope !== 'Device') return true;
  }
  return false;
}
