import type * as vscode from 'vscode';

/** Remembers as long as it is held. */
export function mementoDouble(): vscode.Memento {
  const values = new Map<string, unknown>();
  const memento = {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.has(key) ? (values.get(key) as T) : fallback),
    update: (key: string, value: unknown) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
  return memento;
}
