/** A page with one picture, and nothing that could run. */
export function previewHtml({
  cspSource,
  src,
  alt,
}: {
  readonly cspSource: string;
  readonly src: string;
  readonly alt: string;
}): string {
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src ${cspSource}; style-src 'unsafe-inline'">
<style>
html, body { height: 100%; margin: 0; padding: 0; }
body { display: flex; align-items: center; justify-content: center; }
img { max-width: calc(100% - 32px); max-height: calc(100% - 32px); object-fit: contain; }
</style>
</head>
<body><img src="${escapeAttribute(src)}" alt="${escapeAttribute(alt)}"></body>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
