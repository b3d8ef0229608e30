/**
 * Writes the documents that are made by rule or cut out of installed packages, the same ones every time:
 * node test/quality/screens/make/documents.mjs
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const documents = path.join(here, '..', 'documents');
const packages = path.resolve(here, '../../../../node_modules');

/** Mulberry32: numbers from 0 to 1, the same ones for the same seed. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const draw = random(1907);
const below = (n) => Math.floor(draw() * n);
const one = (list) => list[below(list.length)];
const write = (name, text) => {
  fs.writeFileSync(path.join(documents, name), text);
};

const goods = [
  'brass hinge',
  'oak dowel',
  'felt pad',
  'cane strip',
  'beeswax',
  'shellac flakes',
  'hide glue',
  'veneer saw',
  'cork sheet',
  'linen twine',
  'marking awl',
  'steel wool',
  'pumice powder',
  'bar clamp',
  'paste wax',
  'leather washer',
  'castor, 50 mm',
  'drawer lock',
  'mother-of-pearl disc',
  'rottenstone',
];
write(
  'inventory.csv',
  'article,name,shelf,in stock,reorder ' +
    `below,price\n${goods
      .map(
        (name, i) =>
          `W-${400 + 7 * i},"${name}",${one(['A', 'B', 'C', 'D'])}${1 + below(9)},${below(240)},${5 + below(40)},${(
            0.2 +
            draw() * 38
          ).toFixed(2)}`,
      )
      .join('\n')}\n`,
);

const places = [
  '/orchard',
  '/orchard/pears',
  '/cellar/cider',
  '/basket',
  '/search?q=quince',
  '/img/press.webp',
  '/feed.xml',
];
const lines = Array.from({ length: 30 }, (_, i) => {
  const status = one([200, 200, 200, 200, 304, 404]);
  return (
    `2032-10-0${1 + Math.floor(i / 12)}T${String(6 + (i % 12)).padStart(2, '0')}:${String(below(60)).padStart(
      2,
      '0',
    )}:${String(below(60)).padStart(2, '0')}Z ` +
    `10.8.${below(9)}.${below(250)} GET ${one(places)} ${status} ${200 + below(9000)}B ${3 + below(90)}ms`
  );
});
lines.splice(
  17,
  0,
  '2032-10-02T11:14:09Z 10.8.3.77 POST /basket/checkout 500 61B 30004ms upstream=till-2 error="payment ' +
    'provider timed out" trace=c0ffee-4127',
);
lines.splice(24, 0, '2032-10-03T06:02:51Z -- certificate for cider.example expires in 6 days');
write('access.log', `${lines.join('\n')}\n`);

write(
  'station.yaml',
  `# Weather buoy, written by the commissioning tool
buoy:
  name: Halcyon-4
  moored: { latitude: 54.1873, longitude: 7.8894, depth_m: 38 }
  battery: { chemistry: LiFePO4, capacity_wh: 1920, low_percent: 22 }
radio:
  modem: iridium
  window: "every 3 h, minute 17"
  retries: 4
  fallback: { kind: lora, frequency_mhz: 868.3, key_id: 0x5C }
sensors:
  - { id: wind, model: Ultrasonic-R2, height_m: 3.4, unit: m/s, every_s: 10 }
  - { id: wave, model: MotionPak, unit: cm, every_s: 1, filter: { low_hz: 0.04, high_hz: 0.6 } }
  - { id: water, model: TP-11, depth_m: [1, 5, 20], unit: celsius, every_s: 300 }
  - { id: birds, model: none, enabled: false, note: "gulls ate the cable on 2 August" }
alarms:
  drift_m: 180
  water_in_hull: { threshold_ml: 250, call: "+49 4725 0170" }
  lamp: { colour: yellow, flash: "5 in 20 s", spare_bulbs: 2 }
service:
  last: 2032-05-19
  by: "crew of the Neuwerk"
  next_due_months: 7
`,
);

for (const [name, file, from, length] of [
  ['limit.md', 'p-limit/readme.md', '## Usage', 4200],
  ['versions.md', 'semver/README.md', '## Versions', 4800],
  ['opening.md', 'open/readme.md', '# open', 4600],
]) {
  const text = fs.readFileSync(path.join(packages, file), 'utf8');
  const start = Math.max(0, text.indexOf(from));
  write(name, `${text.slice(start, start + length).replace(/\n[^\n]*$/, '')}\n`);
}
