import type { Attachment } from '../../../../extension/attachments/attachment.js';

export function imageFile(path: string, more: Partial<Attachment> = {}): Attachment {
  return {
    id: `id of ${path}`,
    kind: 'image',
    name: path.split('/').at(-1) ?? '',
    detail: path,
    origin: { kind: 'file', uri: `file://${path}`, path },
    ...more,
  };
}

export function documentFile(path: string, more: Partial<Attachment> = {}): Attachment {
  return { ...imageFile(path), kind: 'document', ...more };
}

export function selection(text: string, firstLine: number, lastLine: number, uri = 'file:///src/app.ts'): Attachment {
  return {
    id: `selection ${firstLine}`,
    kind: 'selection',
    name: `app.ts:${firstLine}-${lastLine}`,
    detail: '/src/app.ts',
    origin: { kind: 'text', text, uri, firstLine, lastLine },
  };
}

export function pasted(sha256: string, more: Partial<Attachment> = {}): Attachment {
  return {
    id: `pasted ${sha256}`,
    kind: 'image',
    name: 'Pasted.png',
    detail: '',
    origin: { kind: 'stored', sha256, path: `/storage/${sha256}/Pasted.png`, uri: '' },
    ...more,
  };
}
