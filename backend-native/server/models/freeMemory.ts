/** What is free for a model now. */
import os from 'node:os';
import type { DeviceInfo } from '../../protocol/model.js';
import type { FreeMemory } from './memoryEstimate.js';

/** @param devices as llama.cpp sees them; a model runs on the first GPU, if there is one */
export function freeMemory(devices: readonly DeviceInfo[]): FreeMemory {
  const system = systemFree();
  const gpu = devices.find(({ kind, memoryTotal }) => kind === 'gpu' && memoryTotal > 0);
  return gpu
    ? { device: gpu.description || gpu.name, freeBytes: gpu.memoryFree, systemFreeBytes: system }
    : { device: 'CPU', freeBytes: system, ownLayouts: devices.find(({ kind }) => kind === 'cpu')?.ownLayouts ?? [] };
}

/** Within the limits of a container, where there are any. */
function systemFree(): number {
  const { availableMemory } = process as { availableMemory?: () => number };
  const limited = availableMemory?.call(process) ?? 0;
  return limited > 0 ? Math.min(limited, os.freemem()) : os.freemem();
}
