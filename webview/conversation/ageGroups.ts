import { t } from '@vscode/l10n';
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
    [midnight, t('Today')],
    [midnight - day, t('Yesterday')],
    [midnight - 7 * day, t('Last 7 days')],
    [-Infinity, t('Older')],
  ];
  const groups = bounds.map(([from, label], index) => {
    const before = index === 0 ? Infinity : (bounds[index - 1]?.[0] ?? Infinity);
    return { label, conversations: conversations.filter(({ changed }) => changed >= from && changed < before) };
  });
  return groups.filter((group) => group.conversations.length > 0);
}
