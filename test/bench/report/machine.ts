/** On what was measured. */
import os from 'node:os';
import type { BackendInfo } from '../../../backend-native/protocol/model.js';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly compiler: string;
  readonly llamaCpp: string;
  readonly device: string;
}

/** @param info of a backend with a model, for what it was built with and runs on */
export function machineOf({ compiler, buildType, llamaCpp, model }: BackendInfo): Machine {
  return {
    processor: os.cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    compiler: `${compiler}, ${buildType}`,
    llamaCpp,
    device: model?.devices.join(' + ') ?? 'unknown device',
  };
}

export function describeMachine({
  processor,
  cores,
  memoryBytes,
  system,
  compiler,
  llamaCpp,
  device,
}: Machine): string {
  return (
    `${processor}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB of memory; ${system}; ${compiler}; ` +
    `llama.cpp ${llamaCpp} on ${device}`
  );
}
