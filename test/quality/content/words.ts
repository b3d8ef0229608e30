/**
 * What the screenshots and documents say. No word here is in the embedded model's training data: its generator keeps
 * the words with a checksum of 0 modulo 10 for evaluation and draws its labels from lists of its own; a test compares
 * them.
 */

/** Headings, names of persons and machines, and what documents write about. */
export const names = [
  'amber',
  'azure',
  'beech',
  'beetle',
  'cobalt',
  'daisy',
  'donkey',
  'feather',
  'galaxy',
  'gallium',
  'hornet',
  'iguana',
  'krypton',
  'lilac',
  'menthol',
  'monkey',
  'moss',
  'nickel',
  'ostrich',
  'pewter',
  'prairie',
  'robin',
  'saguaro',
  'silica',
  'sloth',
  'swan',
  'swallow',
  'tapir',
  'thyme',
  'uranium',
  'volcano',
  'willow',
  'wren',
  'zinc',
] as const;

/** First cells of table rows, and names of files. */
export const things = [
  'basin',
  'beaker',
  'burlap',
  'cookie',
  'kebab',
  'lentil',
  'lozenge',
  'muffin',
  'nugget',
  'oregano',
  'piccolo',
  'pinto',
  'platter',
  'rivet',
  'satchel',
  'spinach',
  'sundae',
  'turnip',
  'walnut',
  'wrench',
  'yoke',
  'cupcake',
] as const;

/** Labels of fields and heads of columns. */
export const labels = [
  'Antenna',
  'Chapter',
  'Circuit',
  'Clerk',
  'Coach',
  'Counter',
  'Dealer',
  'Expense',
  'Gearbox',
  'Genre',
  'Grade',
  'Intern',
  'Mayor',
  'Octave',
  'Officer',
  'Outpost',
  'Packet',
  'Penalty',
  'Pixel',
  'Power',
  'Prefix',
  'Ruler',
  'Shape',
  'Style',
  'Survey',
  'Track',
  'Widget',
] as const;

/** Those of the labels that a person can be. */
export const roles = [
  'Clerk',
  'Coach',
  'Dealer',
  'Intern',
  'Mayor',
  'Officer',
] as const satisfies readonly (typeof labels)[number][];

/** What a status may be. */
export const states = [
  'husky',
  'keen',
  'noisy',
  'spun',
  'stale',
  'stiff',
  'stuck',
  'taken',
  'tidal',
  'tight',
  'weak',
] as const;

/** Text that is only there to be passed over. */
export const fillers = [
  'adage',
  'adapt',
  'allow',
  'attain',
  'burn',
  'call',
  'chance',
  'choice',
  'chord',
  'consist',
  'contact',
  'crest',
  'decide',
  'diesel',
  'echo',
  'effect',
  'enact',
  'engage',
  'exist',
  'explore',
  'flow',
  'grab',
  'jogger',
  'kitten',
  'lawn',
  'mirage',
  'mood',
  'mural',
  'pastel',
  'pollen',
  'prefer',
  'reduce',
  'review',
  'roller',
  'scene',
  'soil',
  'spread',
  'swift',
  'trim',
  'unreal',
  'video',
  'water',
  'wheat',
] as const;

/** Endings of file names. */
export const endings = ['lua', 'kt', 'sql', 'toml', 'vue'] as const;

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
