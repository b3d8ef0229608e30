/** XML as a light tree. saxes checks that it is well formed and expands nothing, so that no entity can grow. */
import { SaxesParser } from 'saxes';
import { BackendError } from '../../../../protocol/errors.js';
import { withoutSigns } from '../pictureMarks.js';
import { damagedFile } from '../../damagedFile.js';

export interface XmlElement {
  /** With the prefix that the formats' own programs write, such as "w:p", whatever the file calls it. */
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
}
export type XmlNode = XmlElement | string;

/** Of one part; a book of a thousand pages has about a million. */
const maxElements = 3_000_000;

/**
 * @param name of the file, for the message
 * @throws BackendError `corrupt_document` for what is not well formed or declares entities, `document_too_large`
 */
export function parseXml(name: string, part: string, bytes: Buffer): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open: XmlElement[] = [root];
  const prefixes: Prefixes[] = [new Map()];
  let elements = 0;
  const parser = new SaxesParser({ fragment: false });
  parser.on('error', (error) => {
    throw damagedFile('corrupt_document', name, 'office file', error);
  });
  parser.on('doctype', () => {
    // No office program writes one; entities that grow, and those that name files, need it.
    throw damagedFile('corrupt_document', name, 'office file', `${part} declares entities`);
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > maxElements)
      throw new BackendError('document_too_large', { kind: 'tooManyElements', file: name, part, most: maxElements });
    const inside = prefixesInside(prefixes.at(-1), tag.attributes as Record<string, string>);
    prefixes.push(inside);
    const element = withUsualPrefixes(tag.name, tag.attributes as Record<string, string>, inside);
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
    prefixes.pop();
  });
  const text = (characters: string) => open.at(-1)?.children.push(withoutSigns(characters));
  parser.on('text', text);
  parser.on('cdata', text);
  parser.write(decode(bytes)).close();
  const first = root.children.find((child) => typeof child !== 'string');
  if (!first) throw damagedFile('corrupt_document', name, 'office file', `${part} is empty`);
  return first;
}

/** How a file's own prefixes are usually written: for those that differ. '' is that of elements without one. */
type Prefixes = ReadonlyMap<string, string>;

/** The ends of the names of namespaces whose elements are looked for; Office's strict form has other beginnings. */
const usualPrefixes: readonly (readonly [end: RegExp, prefix: string])[] = [
  [/\/wordprocessingml\/(?:2006\/)?main$/, 'w'],
  [/\/officeDocument\/(?:2006\/)?math$/, 'm'],
  [/\/officeDocument\/(?:2006\/)?relationships$/, 'r'],
  [/\/drawingml\/(?:2006\/)?main$/, 'a'],
  [/\/drawingml\/(?:2006\/)?chart$/, 'c'],
  [/\/drawingml\/(?:2006\/)?diagram$/, 'dgm'],
  [/\/drawingml\/(?:2006\/)?picture$/, 'pic'],
  [/\/drawingml\/(?:2006\/)?wordprocessingDrawing$/, 'wp'],
  [/\/drawingml\/(?:2006\/)?spreadsheetDrawing$/, 'xdr'],
  [/\/presentationml\/(?:2006\/)?main$/, 'p'],
  [/\/spreadsheetml\/(?:2006\/)?main$/, ''],
  [/^http:\/\/schemas\.openxmlformats\.org\/package\/2006\//, ''],
];

/** @returns the very same map for an element that declares nothing new: nearly all */
function prefixesInside(outside: Prefixes = new Map(), attributes: Readonly<Record<string, string>>): Prefixes {
  let inside: Map<string, string> | undefined;
  for (const key in attributes) {
    if (key !== 'xmlns' && !key.startsWith('xmlns:')) continue;
    const own = key.slice('xmlns:'.length);
    const usual = usualPrefixes.find(([end]) => end.test(attributes[key] ?? ''))?.[1] ?? own;
    if ((outside.get(own) ?? own) === usual) continue;
    inside ??= new Map(outside);
    inside.set(own, usual);
  }
  return inside ?? outside;
}

function withUsualPrefixes(name: string, attributes: Record<string, string>, prefixes: Prefixes): XmlElement {
  if (prefixes.size === 0) return { name, attributes, children: [] };
  const renamed = Object.entries(attributes).map(([key, value]) => [attributeName(key, prefixes), value] as const);
  return { name: elementName(name, prefixes), attributes: Object.fromEntries(renamed), children: [] };
}

function elementName(name: string, prefixes: Prefixes): string {
  const at = name.indexOf(':');
  const own = at === -1 ? '' : name.slice(0, at);
  const usual = prefixes.get(own) ?? own;
  return usual === '' ? name.slice(at + 1) : `${usual}:${name.slice(at + 1)}`;
}

/** Attributes without a prefix belong to no namespace; declarations are renamed with what they declare. */
function attributeName(name: string, prefixes: Prefixes): string {
  if (name !== 'xmlns' && !name.startsWith('xmlns:')) return name.includes(':') ? elementName(name, prefixes) : name;
  const own = name.slice('xmlns:'.length);
  const usual = prefixes.get(own) ?? own;
  return usual === '' ? 'xmlns' : `xmlns:${usual}`;
}

/** UTF-8 or, by its mark, UTF-16: nothing else is allowed in office files. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

export function isElement(node: XmlNode | undefined): node is XmlElement {
  return typeof node === 'object';
}

export function childElements(element: XmlElement): XmlElement[] {
  return element.children.filter(isElement);
}

/** The first child of this name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((node): node is XmlElement => isElement(node) && node.name === name);
}

/**
 * All elements of these names inside, in document order, those inside of others included. Iterative: depth is no
 * matter.
 */
export function descendants(element: XmlElement, names: ReadonlySet<string>): XmlElement[] {
  const found: XmlElement[] = [];
  const left: XmlNode[] = [...element.children].reverse();
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (!isElement(node)) continue;
    if (names.has(node.name)) found.push(node);
    for (let i = node.children.length - 1; i >= 0; i -= 1) {
      const next = node.children[i];
      if (next !== undefined) left.push(next);
    }
  }
  return found;
}

/** All characters inside, as they come. */
export function textIn(element: XmlElement): string {
  let text = '';
  const left: XmlNode[] = [...element.children].reverse();
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (!isElement(node)) text += node;
    else for (let i = node.children.length - 1; i >= 0; i -= 1) left.push(node.children[i] ?? '');
  }
  return text;
}

/** The tree as XML again. Iterative as well. */
export function serialize(root: XmlElement): string {
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8"?>'];
  const left: (XmlNode | { readonly end: string })[] = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (typeof node === 'string') out.push(escape(node));
    else if ('end' in node) out.push(`</${node.end}>`);
    else {
      const attributes = Object.entries(node.attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
      const isEmpty = node.children.length === 0;
      out.push(`<${node.name}${attributes.join('')}${isEmpty ? '/' : ''}>`);
      if (isEmpty) continue;
      left.push({ end: node.name });
      for (let i = node.children.length - 1; i >= 0; i -= 1) left.push(node.children[i] ?? '');
    }
  }
  return out.join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"\n\t\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
