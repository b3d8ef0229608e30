/** Equations of Office (OMML) as LaTeX. What is not known comes as the characters that are in it: nothing is lost. */
import { child, childElements, isElement, textIn, type XmlElement } from './xml.js';

/** @param math an m:oMath or m:oMathPara element @returns LaTeX without dollar signs */
export function latexOf(math: XmlElement): string {
  return inner(math, 0).replace(/\s+/g, ' ').trim();
}

const maxDepth = 100;

function inner(element: XmlElement | undefined, depth: number): string {
  if (!element) return '';
  if (depth > maxDepth) return textIn(element);
  return childElements(element)
    .map((one) => convert(one, depth + 1))
    .join('');
}

function convert(element: XmlElement, depth: number): string {
  const part = (name: string) => inner(child(element, name), depth);
  switch (element.name) {
    case 'm:r':
    case 'w:r':
      return childElements(element)
        .filter(({ name }) => name === 'm:t' || name === 'w:t')
        .map((text) => escaped(textIn(text)))
        .join('');
    case 'm:f':
      return `\\frac{${part('m:num')}}{${part('m:den')}}`;
    case 'm:sSup':
      return `${grouped(part('m:e'))}^{${part('m:sup')}}`;
    case 'm:sSub':
      return `${grouped(part('m:e'))}_{${part('m:sub')}}`;
    case 'm:sSubSup':
      return `${grouped(part('m:e'))}_{${part('m:sub')}}^{${part('m:sup')}}`;
    case 'm:sPre':
      return `{}_{${part('m:sub')}}^{${part('m:sup')}}${part('m:e')}`;
    case 'm:rad': {
      const degree = part('m:deg');
      return degree === '' ? `\\sqrt{${part('m:e')}}` : `\\sqrt[${degree}]{${part('m:e')}}`;
    }
    case 'm:nary':
      return nary(element, part);
    case 'm:d':
      return delimited(element, depth);
    case 'm:func':
      return `${functionName(part('m:fName'))} ${part('m:e')}`;
    case 'm:limLow':
      return `${part('m:e')}_{${part('m:lim')}}`;
    case 'm:limUpp':
      return `${part('m:e')}^{${part('m:lim')}}`;
    case 'm:acc':
      return `${accents[value(element, 'm:accPr', 'm:chr') ?? '\u0302'] ?? '\\hat'}{${part('m:e')}}`;
    case 'm:bar':
      return `${value(element, 'm:barPr', 'm:pos') === 'top' ? '\\overline' : '\\underline'}{${part('m:e')}}`;
    case 'm:groupChr':
      return `\\underbrace{${part('m:e')}}`;
    case 'm:m':
      return `\\begin{matrix}${rows(element, 'm:mr', depth).join(' \\\\ ')}\\end{matrix}`;
    case 'm:eqArr':
      return `\\begin{aligned}${childElements(element)
        .filter(({ name }) => name === 'm:e')
        .map((row) => inner(row, depth))
        .join(' \\\\ ')}\\end{aligned}`;
    default:
      return element.name.endsWith('Pr') ? '' : inner(element, depth);
  }
}

function nary(element: XmlElement, part: (name: string) => string): string {
  const sign = value(element, 'm:naryPr', 'm:chr') ?? '∫';
  const [below, above] = [part('m:sub'), part('m:sup')];
  const limits = `${below === '' ? '' : `_{${below}}`}${above === '' ? '' : `^{${above}}`}`;
  return `${operators[sign] ?? sign}${limits} ${part('m:e')}`;
}

function delimited(element: XmlElement, depth: number): string {
  const open = value(element, 'm:dPr', 'm:begChr') ?? '(';
  const close = value(element, 'm:dPr', 'm:endChr') ?? ')';
  const between = value(element, 'm:dPr', 'm:sepChr') ?? '|';
  const parts = childElements(element)
    .filter(({ name }) => name === 'm:e')
    .map((one) => inner(one, depth));
  return `${bracket(open)}${parts.join(between)}${bracket(close)}`;
}

function bracket(sign: string): string {
  return sign === '{' || sign === '}' ? `\\${sign}` : sign;
}

function rows(element: XmlElement, name: string, depth: number): string[] {
  return childElements(element)
    .filter((one) => one.name === name)
    .map((row) =>
      childElements(row)
        .map((cell) => inner(cell, depth))
        .join(' & '),
    );
}

/** The m:val of a property; undefined when it is left to its default. */
function value(element: XmlElement, properties: string, name: string): string | undefined {
  const found = element.children.find((node): node is XmlElement => isElement(node) && node.name === properties);
  return child(found, name)?.attributes['m:val'];
}

/** One sign or a command needs no braces; several do. */
function grouped(text: string): string {
  return text.length <= 1 || /^\\[a-z]+$/i.test(text) ? text : `{${text}}`;
}

function functionName(name: string): string {
  return /^(?:sin|cos|tan|cot|sec|csc|log|ln|exp|lim|max|min|sup|inf|det|dim|gcd|arg)\b/.test(name)
    ? `\\${name}`
    : name;
}

function escaped(text: string): string {
  return text.replace(/[#$%&_]/g, '\\$&');
}

const accents: Readonly<Record<string, string>> = {
  '\u0300': '\\grave',
  '\u0301': '\\acute',
  '\u0302': '\\hat',
  '\u0303': '\\tilde',
  '\u0304': '\\bar',
  '\u0305': '\\overline',
  '\u0307': '\\dot',
  '\u0308': '\\ddot',
  '\u20d7': '\\vec',
};
const operators: Readonly<Record<string, string>> = {
  '∑': '\\sum',
  '∏': '\\prod',
  '∫': '\\int',
  '∬': '\\iint',
  '∭': '\\iiint',
  '∮': '\\oint',
  '⋃': '\\bigcup',
  '⋂': '\\bigcap',
};
