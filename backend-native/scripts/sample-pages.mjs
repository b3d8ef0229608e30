/** The eight screens of the sample that compares several pictures: one CI run each, of which one failed. */
const runs = [
  ['storefront', 'passed', '412 tests', '3 min 12 s', 'marta', 'Round prices half up'],
  ['search-api', 'passed', '1,087 tests', '6 min 40 s', 'tomas', 'Index new products at once'],
  ['mailer', 'passed', '96 tests', '1 min 05 s', 'chen', 'Retry bounced mail twice'],
  ['payments', 'passed', '655 tests', '4 min 51 s', 'aisha', 'Accept cards with 19 digits'],
  ['images', 'failed', '203 tests', '2 min 33 s', 'jonas', 'Serve AVIF where it is smaller'],
  ['accounts', 'passed', '340 tests', '2 min 58 s', 'marta', 'Sign out of every device'],
  ['invoices', 'passed', '178 tests', '1 min 44 s', 'aisha', 'Number invoices by country'],
  ['webhooks', 'passed', '129 tests', '1 min 20 s', 'chen', 'Sign payloads with SHA-256'],
];

/** @returns {string[]} the pages as HTML, in order */
export function eightPages() {
  return runs.map(([name, state, tests, time, author, commit], index) => {
    const dark = index % 2 === 0;
    const failed = state === 'failed';
    const [ground, ink, panel] = dark ? ['#0f1419', '#e6e6e6', '#1b232c'] : ['#ffffff', '#1f2328', '#f3f5f7'];
    const steps = ['Install packages', 'Type check', 'Unit tests', 'Build image', 'Publish'];
    const rows = steps.map((step, i) => {
      const bad = failed && i === 2;
      const skipped = failed && i > 2;
      const word = bad ? 'failed' : skipped ? 'skipped' : 'passed';
      const colour = bad ? '#e5484d' : skipped ? '#888' : '#2f9e44';
      return (
        `<tr><td>${step}</td><td ` +
        `style="color:${colour}">${word}</td><td>${skipped ? '' : `${9 + i * 13 + index} s`}</td></tr>`
      );
    });
    const error = failed
      ? '<pre style="color:#e5484d">✗ encodes a transparent picture\n  Error E2208: expected 4 channels but ' +
        'received 3\n  at encode (src/avif.ts:57:13)</pre>'
      : '';
    return `<!doctype html><meta charset="utf-8"><style>
body{margin:0;width:1280px;height:800px;overflow:hidden;background:${ground};
color:${ink};font:16px "DejaVu Sans",sans-serif}header{background:${panel};padding:18px 32px;font-size:20px}
main{padding:10px 32px}td{padding:10px 60px 10px 0}
b.s{background:${failed ? '#c92a2a' : '#2b8a3e'};color:#fff;padding:4px 14px;border-radius:14px}
pre{font:15px "DejaVu Sans Mono",monospace}</style><header>${name} / Run #${4180 + index * 7}</header><main>
<h2>${commit}</h2><p><b class="s">${state}</b> &nbsp; ${tests} &nbsp; ${time} &nbsp; by ${author}</p>
<table>${rows.join('')}</table>${error}</main>`;
  });
}
