/** Numbers as people read them, in the language of the page. */
import * as l10n from '@vscode/l10n';
import type { KvRatio } from '../backend-native/protocol/kv.js';

export function formatCount(count: number): string {
  return formatter('decimal', 0).format(count);
}

/** @param bytes as MiB or KiB with about three digits, called MB and KB as VS Code does */
export function formatBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return `${digits(bytes / 2 ** 30)} GB`;
  return bytes >= 2 ** 20 ? `${digits(bytes / 2 ** 20)} MB` : `${digits(bytes / 1024)} KB`;
}

/** @param share from 0 to 1 */
export function formatPercent(share: number): string {
  return formatter('percent', share > 0 && share < 0.0995 ? 1 : 0).format(share);
}

export function formatRatio(ratio: KvRatio): string {
  return ratio === 'auto' ? l10n.t('auto') : formatter('decimal', 3).format(ratio);
}

/** @param ms milliseconds */
export function formatDuration(ms: number): string {
  if (ms < 1000) return l10n.t('{0} ms', formatCount(ms));
  if (ms < 60_000) return l10n.t('{0} s', digits(ms / 1000));
  return l10n.t('{0} min {1} s', Math.floor(ms / 60_000), Math.floor((ms % 60_000) / 1000));
}

export function formatSpeed(tokensPerSecond: number): string {
  return l10n.t('{0} tokens/s', digits(tokensPerSecond));
}

function digits(value: number): string {
  return formatter('decimal', value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2).format(value);
}

/** Making a formatter takes far longer than using it, and the panel draws many times a second. */
function formatter(style: 'decimal' | 'percent', maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${style} ${maximumFractionDigits}`;
  const known = formatters.get(key) ?? new Intl.NumberFormat(language(), { style, maximumFractionDigits });
  formatters.set(key, known);
  return known;
}

const formatters = new Map<string, Intl.NumberFormat>();

function language(): string | undefined {
  if (typeof document === 'undefined' || document.documentElement.lang === '') return undefined;
  return document.documentElement.lang;
}
