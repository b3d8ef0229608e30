/**
 * Whether a key belongs to the input method: Enter chooses a word then and Escape takes it back, and neither means us.
 */
export function isComposing(event: KeyboardEvent): boolean {
  // 229 is what the key that ends a composition still says where the flag is gone already; nothing newer says it.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return event.isComposing || event.keyCode === 229;
}
