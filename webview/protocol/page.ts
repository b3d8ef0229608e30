/** The panel's page: what it loads, and what its content security policy lets it do. */

export interface PageParts {
  /** BCP 47, such as "de". */
  readonly language: string;
  /** Unguessable, new for every page. */
  readonly nonce: string;
  /** The source expression of the panel's own files, as VS Code gives it. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
}

/** Run our script, take our styles and font, and show pictures that the page was handed. Nothing remote, ever. */
export function contentSecurityPolicy({ cspSource, nonce }: Pick<PageParts, 'cspSource' | 'nonce'>): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

export function pageHtml(parts: PageParts): string {
  return `<!DOCTYPE html>
<html lang="${parts.language.replace(/[^\w-]/g, '')}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Look Once</title>
<link rel="stylesheet" href="${parts.style}">
</head>
<body>
<script src="${parts.script}" nonce="${parts.nonce}"></script>
</body>
</html>`;
}
