import { env } from 'vscode';

/** As the user's language writes numbers. */
export function count(n: number): string {
  return n.toLocaleString(env.language);
}

export function megabytes(bytes: number): string {
  return `${rounded(bytes / 2 ** 20)} MB`;
}

export function millions(n: number): string {
  return rounded(n / 1e6);
}

function rounded(n: number): string {
  return n.toLocaleString(env.language, { maximumFractionDigits: n < 10 ? 1 : 0 });
}
