/** What separates the values of a line, told by what all lines have in common. */

/** The likelier one first: where ";" is in every line as often, "," is a decimal sign or part of a text. */
const separators = ['\t', ';', '|', ',', '^'] as const;
const sampleLength = 64 * 1024;
const sampleLines = 200;

/** @returns the lines without a first one that only names the separator: "sep=;" */
export function separatorOf(text: string): { readonly separator: string; readonly rows: string } {
  const said = /^sep=(.)\n/.exec(text);
  if (said?.[1] !== undefined) return { separator: said[1], rows: text.slice(said[0].length) };
  const sample = text.slice(0, sampleLength).replace(/"(?:[^"]|"")*"/g, '""');
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  // The last one may be cut.
  if (sample.length < text.length && lines.length > 1) lines.pop();
  let best = { separator: ',', share: 0 };
  for (const separator of separators) {
    const share = shareOfUsual(lines.slice(0, sampleLines).map((line) => line.split(separator).length - 1));
    if (share > best.share) best = { separator, share };
  }
  return { separator: best.separator, rows: text };
}

/** How many of the lines have the most frequent number of separators; 0 when that is none. */
function shareOfUsual(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  const [usual = 0, most = 0] = [...times].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  return usual === 0 ? 0 : most / counts.length;
}

/** Lines of values; a line's end inside of quotes ends none. */
export function linesOf(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x0a && !quoted) lines += 1;
  }
  return lines;
}
