import createDomPurify from 'dompurify';
import { isFollowable } from './markdown.js';

/** What Markdown can become, and nothing more: no element that loads, runs, submits or styles anything. */
const allowedTags = [
  'a',
  'blockquote',
  'br',
  'code',
  'del',
  'div',
  'em',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
  'li',
  'ol',
  'p',
  'pre',
  's',
  'span',
  'strong',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'ul',
];
const allowedAttributes = ['aria-hidden', 'class', 'href', 'start', 'tabindex', 'title'];

const purify = createDomPurify(window);
purify.addHook('afterSanitizeAttributes', (node) => {
  const href = node.getAttribute('href');
  if (href !== null && (node.tagName !== 'A' || !isFollowable(href))) node.removeAttribute('href');
});

/** The second wall behind markdown.ts: what is not on the lists above does not reach the page. */
export function sanitize(html: string): DocumentFragment {
  return purify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: allowedAttributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    // DOMPurify holds every other value against the pattern for addresses.
    ADD_URI_SAFE_ATTR: ['aria-hidden', 'start', 'tabindex'],
    ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
    RETURN_DOM_FRAGMENT: true,
  });
}
