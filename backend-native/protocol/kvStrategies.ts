/**
 * The method's rules, as backend-native/src/lookm/strategies.def lists them. Written by `npm run strategies`; a test
 * compares it with the addon.
 */

/** Who stays. */
export const kvMethods = ['look-once', 'look-m', 'full', 'h2o', 'snapkv', 'streaming', 'random'] as const;

/** What becomes of the rest. */
export const mergeRules = ['pivot', 'average', 'weighted', 'none'] as const;

/** Whose attention scores the tokens. */
export const querySets = ['method', 'all', 'window', 'question'] as const;

/** What a method is made of where a request leaves parts out. */
export const methodParts = {
  'look-once': {
    merge: 'none',
    textPrior: false,
    recentShare: 0.1,
    recent: 'question',
    share: 'head',
    queries: 'question',
    pooling: 5,
    textPooling: 1,
    diversity: 0.3,
    valueNorm: false,
    sinks: 0,
  },
  'look-m': {
    merge: 'pivot',
    textPrior: true,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  },
  'full': {
    merge: 'pivot',
    textPrior: true,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  },
  'h2o': {
    merge: 'none',
    textPrior: false,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  },
  'snapkv': {
    merge: 'none',
    textPrior: false,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  },
  'streaming': {
    merge: 'none',
    textPrior: false,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  },
  'random': {
    merge: 'none',
    textPrior: false,
    recentShare: 0.5,
    recent: 'share',
    share: 'head',
    queries: 'method',
    pooling: 0,
    textPooling: 0,
    diversity: 0,
    valueNorm: false,
    sinks: 0,
  },
} as const;
