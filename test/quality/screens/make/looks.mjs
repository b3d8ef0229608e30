/** How the pictures that are not pages of their own are dressed: terminals, editors and documentation. */

/**
 * Captured output of real programs, as `terminals/NAME.ansi`. `palette`: black to white, then bright black to bright
 * white.
 */
const gruvbox =
  '#282828 #cc241d #98971a #d79921 #458588 #b16286 #689d6a #a89984 #928374 #fb4934 #b8bb26 #fabd2f #83a598 ' +
  '#d3869b #8ec07c #ebdbb2';
const paper =
  '#24292e #b31d28 #22863a #b08800 #005cc5 #5a32a3 #1b7c83 #6a737d #586069 #cb2431 #28a745 #dbab09 #2188ff ' +
  '#8a63d2 #3192aa #959da5';
const campbell =
  '#0c0c0c #c50f1f #13a10e #c19c00 #3a96dd #881798 #3a96dd #cccccc #767676 #e74856 #16c60c #f9f1a5 #3b78ff ' +
  '#b4009e #61d6d6 #f2f2f2';

export const terminals = {
  'gcc-errors': {
    font: '16px Hack',
    ground: '#282828',
    ink: '#ebdbb2',
    palette: gruvbox,
    title: 'lena@birch: ~/harbor',
  },
  'git-log': { font: '17px mononoki', ground: '#fafbfc', ink: '#24292e', palette: paper, title: 'Terminal' },
  'python-traceback': { font: '17px FreeMono', ground: '#2d0a31', ink: '#f5e0dc', palette: gruvbox, title: '' },
  'ls-office': { font: '18px agave', ground: '#000000', ink: '#33ff66', palette: campbell, title: '' },
  'node-test': {
    font: '14px "DejaVu Sans Mono"',
    ground: '#1e1e2e',
    ink: '#cdd6f4',
    palette: gruvbox,
    title: 'tests — zsh',
  },
  'tsc-errors': {
    font: '16px "DejaVu Sans Mono"',
    ground: '#012456',
    ink: '#eeedf0',
    palette: campbell,
    title: 'Windows PowerShell',
  },
  'git-diff': {
    font: '15px "Liberation Mono", FreeMono',
    ground: '#ffffff',
    ink: '#1b1f23',
    palette: paper,
    title: 'buoy — bash — 120×40',
  },
  'dpkg': { font: '14px Hack', ground: '#fdf6e3', ink: '#657b83', palette: paper, title: '' },
  'make-failed': { font: '20px FreeMono', ground: '#f2f2f2', ink: '#111111', palette: paper, title: 'lena@birch' },
};

/**
 * Files of installed packages and of `sources/`, shown as an editor shows them. `marked` lines have a wavy underline.
 */
export const editors = {
  'editor-gate': {
    file: 'sources/gate.py',
    language: 'python',
    style: 'monokai',
    font: '17px mononoki',
    tabs: ['gate.py', 'tide.c', 'README'],
    marked: [16],
    problem: 'gate.py:16  unreachable gate state is never logged (W204)',
  },
  'editor-tide': {
    file: 'sources/tide.c',
    language: 'c',
    style: 'atom-one-light',
    font: '16px Hack',
    tabs: ['tide.h', 'tide.c •'],
    current: 1,
    marked: [6, 11],
    problem: '2 errors, 3 warnings',
  },
  'editor-ignore': {
    file: 'node_modules/ignore/package.json',
    language: 'json',
    style: 'github',
    font: '15px "DejaVu Sans Mono"',
    tabs: ['package.json'],
    marked: [],
    problem: 'No problems have been detected',
  },
  'editor-pump': {
    file: 'sources/pump.ini',
    language: 'ini',
    style: 'nord',
    font: '18px FreeMono',
    tabs: ['pump.ini', 'alarms.log', 'crew.vcf'],
    marked: [16],
    problem: 'Ln 16, Col 1   INI   spaces: 2',
  },
};

/** Documentation of installed packages: a part of a Markdown file, from one heading on. */
export const documentation = {
  'docs-yazl': {
    file: 'node_modules/yazl/README.md',
    from: '# yazl',
    css:
      'body{font:17px/1.5 "C059";background:#fffff8;color:#111;width:980px;margin:0 ' +
      'auto;padding:20px}code,pre{font:15px Hack;background:#f2f0e4}pre{padding:10px}',
  },
  'docs-minimist': {
    file: 'node_modules/minimist/README.md',
    from: '# example',
    css:
      'body{font:16px/1.5 Cantarell;background:#0d1b2a;color:#e0e1dd;padding:10px 60px}code,pre{font:15px ' +
      'agave;background:#1b263b;color:#ffd6a5;font-size:16px}pre{padding:10px}a{color:#9bf6ff}',
  },
  'docs-ms': {
    file: 'node_modules/ms/readme.md',
    from: '# ms',
    css:
      'body{font:16px/1.45 "URW Gothic";background:#fff;color:#333;margin:0;padding:10px 40px 10px ' +
      '300px;border-left:240px solid #e9ecef}code,pre{font:15px mononoki;background:#f1f3f5}pre{padding:10px}',
  },
};
