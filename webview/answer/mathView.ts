/** Draws LaTeX. KaTeX builds elements and sets their styles one by one, which the content security policy allows. */
import katex from 'katex';
import { displayMathClass, mathClass, mathSource } from './math.js';

/** Two commands would write a style attribute, which the policy refuses; these come closest. */
const macros = { '\\pmb': '\\boldsymbol{#1}', '\\fcolorbox': '\\@secondoftwo{#1}{\\colorbox{#2}{#3}}' };

/** Puts formulas into the places of their sources. What KaTeX does not understand stays as it was typed. */
export function drawMath(fragment: DocumentFragment): void {
  for (const place of fragment.querySelectorAll<HTMLElement>(`.${mathClass}, .${displayMathClass}`)) {
    const typed = place.textContent;
    place.dir = 'ltr';
    const { tex, display } = mathSource(typed);
    try {
      katex.render(tex, place, {
        displayMode: display,
        throwOnError: true,
        strict: false,
        trust: false,
        maxSize: 40,
        maxExpand: 1000,
        macros: { ...macros },
      });
    } catch (error) {
      if (!(error instanceof katex.ParseError)) throw error;
      place.textContent = typed;
      place.classList.add('math-typed');
    }
  }
}
