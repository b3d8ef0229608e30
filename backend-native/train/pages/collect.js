// Runs in the page: every visible word with its box, every numbered element in sight, and the widgets.
() => {
  const width = innerWidth,
    height = innerHeight;
  const words = [],
    boxes = {},
    hidden = new Set();
  const inside = (b) => b.width > 0 && b.left >= -1 && b.top >= -1 && b.right <= width + 1 && b.bottom <= height + 1;
  const covered = (b, element) => {
    const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
    return !top || !(element === top || element.contains(top) || top.contains(element));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (/^(style|script)$/i.test(parent.tagName) || !node.data.trim()) continue;
    const numbered = parent.closest('[data-f]');
    const id = numbered ? numbered.dataset.f : '';
    const upper = getComputedStyle(parent).textTransform === 'uppercase';
    for (const match of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const box = range.getBoundingClientRect();
      if (!inside(box) || covered(box, parent)) {
        if (id) hidden.add(id);
        continue;
      }
      const text = upper ? match[0].toUpperCase() : match[0];
      words.push(
        [text, box.left, box.top, box.width, box.height, id].map((v) =>
          typeof v === 'number' ? Math.round(v * 10) / 10 : v,
        ),
      );
    }
  }
  for (const element of document.querySelectorAll('[data-f]')) {
    const b = element.getBoundingClientRect();
    if (inside(b) && !hidden.has(element.dataset.f))
      boxes[element.dataset.f] = [b.left, b.top, b.width, b.height].map(Math.round);
  }
  const widgets = [];
  for (const element of document.querySelectorAll(
    '.btn,.field,.box,.switch,.badge,.bar,.track,table,pre,.surface,.round',
  )) {
    const b = element.getBoundingClientRect();
    if (inside(b))
      widgets.push([
        element.className || element.tagName.toLowerCase(),
        ...[b.left, b.top, b.width, b.height].map(Math.round),
      ]);
  }
  return { words, boxes, widgets };
};
