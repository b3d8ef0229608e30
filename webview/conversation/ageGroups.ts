import * as l10n from '@vscode/l10n';
import type { ConversationSummary } from '../protocol/state.js';

export interface AgeGroup {
  readonly label: string;
  readonly conversations: readonly ConversationSummary[];
}

/** Conversations by the day on which they last changed, the order kept. @param now milliseconds since 1970 */
export function ageGroups(conversations: readonly ConversationSummary[], now: number): AgeGroup[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const day = 86_400_000;
  const bounds: [from: number, label: string][] = [
    [midnight, l10n.t('Today')],
    [midnight - day, l10n.t('Yesterday')],
    [midnight - 7 * day, l10n.t('Last 7 days')],
    [-Infinity, l10n.t('Older')],
  ];
  const groups = bounds.map(([from, label], index) => {
    const before = index === 0 ? Infinity : (bounds[index - 1]?.[0] ?? Infinity);
    return { label, conversations: conversations.filter(({ changed }) => changed >= from && changed < before) };
  });
  return groups.filter((group) => group.conversations.length > 0);
}
