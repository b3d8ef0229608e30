import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const restrictedEverywhere = [
  { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'backend-native/build*/**',
      'backend-native/.llama.cpp/**',
      'backend-native/.cache/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', 'backend-native/scripts/**/*.mjs'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The nodes that parsers give are told by their fields, not by their constructors.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', ...restrictedEverywhere],
    },
  },
  {
    // Only the command line writes to stdout; everything else would mix with an answer.
    files: ['backend-native/server/**', 'backend-native/protocol/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // What an error says is made of its facts (protocol/errorKinds): the constructor takes no sentence, and the door for
    // errors of another process is no way around it.
    files: ['backend-native/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...restrictedEverywhere,
        {
          selector:
            "CallExpression[callee.object.name='BackendError'][callee.property.name='from'] " +
            'Property[key.name=/^(message|nextStep)$/]:not([shorthand=true])',
          message: 'Add a kind with fields in protocol/errorKinds: sentences are made of facts.',
        },
      ],
    },
  },
  {
    // node:test returns promises that the runner itself awaits.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
    },
  },
  {
    // Test doubles of the native addon are loaded by require, as the addon is.
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        setTimeout: 'readonly',
        setImmediate: 'readonly',
        Buffer: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    // Python runs these inside a browser's page.
    files: ['backend-native/train/**/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        innerWidth: 'readonly',
        innerHeight: 'readonly',
        getComputedStyle: 'readonly',
        NodeFilter: 'readonly',
      },
    },
  },
);
