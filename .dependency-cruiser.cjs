/**
 * One-way imports. Each key is a folder, each value the folders it may import from (besides itself).
 * Anything not listed is an error, so a new folder must be placed on purpose.
 */
const allowed = {
  'src/base': [],
  'src/core/mbo': ['src/base'],
  'src/core/io': ['src/base'],
  'src/core/dbn': ['src/base', 'src/core/io', 'src/core/mbo'],
  'src/core/arrow': ['src/base', 'src/core/io', 'src/core/mbo'],
  'src/core/parquet': ['src/base', 'src/core/io', 'src/core/mbo', 'src/core/arrow'],
  'src/core/book': ['src/base', 'src/core/mbo'],
  'src/core/config': ['src/base'],
  'src/core/stats': ['src/base'],
  'src/core/spectrum': ['src/base', 'src/core/stats'],
  'src/core/score': ['src/base', 'src/core/stats'],
  'src/core/vp': [
    'src/base',
    'src/core/mbo',
    'src/core/book',
    'src/core/config',
    'src/core/spectrum',
    'src/core/score',
    'src/core/stats',
  ],
  'src/core/moment': ['src/base', 'src/core/mbo', 'src/core/book', 'src/core/config', 'src/core/vp'],
  'src/core/velocity': [
    'src/base',
    'src/core/mbo',
    'src/core/book',
    'src/core/config',
    'src/core/dbn',
    'src/core/arrow',
    'src/core/lake',
  ],
  'src/core/sim': ['src/base', 'src/core/mbo', 'src/core/dbn'],
  'src/core/capture': [
    'src/base',
    'src/core/mbo',
    'src/core/io',
    'src/core/dbn',
    'src/core/arrow',
    'src/core/parquet',
  ],
  'src/core/lake': ['src/base', 'src/core/mbo', 'src/core/dbn'],
  'src/core/databento': ['src/base', 'src/core/lake'],
  'src/protocol': ['src/base', 'src/core'],
  'src/view': ['src/base', 'src/core', 'src/protocol'],
  'src/render': ['src/base', 'src/protocol', 'src/view', 'shaders'],
  'src/app': ['src/base', 'src/core', 'src/protocol', 'src/view'],
  'src/ui': ['src/base', 'src/app', 'src/protocol', 'src/view'],
  'src/pages': ['src', 'workers'],
  workers: ['src/base', 'src/core', 'src/protocol', 'src/render'],
  relay: ['src/base', 'src/core', 'src/protocol'],
  cli: ['src/base', 'src/core', 'src/protocol', 'relay'],
  bench: ['src/base', 'src/core', 'src/protocol', 'cli'],
  testdata: ['src/base', 'src/core', 'src/protocol', 'relay', 'cli'],
  e2e: ['testdata', 'src/base', 'src/core', 'src/protocol'],
  tools: ['src/base', 'src/core', 'src/protocol', 'cli', 'testdata'],
};

const oneWay = Object.entries(allowed).map(([folder, targets]) => ({
  name: `one-way/${folder}`,
  severity: 'error',
  comment: `${folder} may import only: ${targets.join(', ') || 'nothing'}`,
  from: { path: `^${folder}/`, pathNot: '(\\.test\\.ts$|/testing/)' },
  to: {
    path: '^(src|workers|cli|bench|tools|e2e|testdata|shaders|relay)/',
    pathNot: [folder, ...targets].map((t) => `^${t}/`),
  },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?(raw|url|worker)$' },
    },
    {
      name: 'core-knows-no-node',
      severity: 'error',
      from: { path: '^src/(base|core|protocol|render)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tests-stay-tests',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|/testing/|^e2e/|^bench/|^tools/|^testdata/)' },
      to: { path: '(\\.test\\.ts$|^testdata/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
