// Imports run one way: each folder of src/ may import the folders listed for it, and nothing else of src/.
const everywhere = ['errors', 'spec'];
const may = {
  'linear-algebra': [],
  graph: ['linear-algebra'],
  random: [],
  result: [],
  metrics: [],
  platform: [],
  program: ['graph'],
  cells: ['graph'],
  noise: ['graph', 'cells'],
  solvers: ['graph', 'cells', 'noise'],
  engine: ['graph', 'random', 'program', 'platform'],
  model: ['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine'],
  dynamics: ['linear-algebra', 'graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model'],
  filter: ['linear-algebra', 'graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model', 'dynamics'],
  data: ['random', 'platform'],
  perturb: ['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model', 'data'],
  interop: ['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model'],
  tasks: ['data', 'random', 'platform', 'metrics'],
  train: [
    ...['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model'],
    ...['data', 'perturb', 'interop', 'platform', 'result', 'metrics', 'tasks', 'analysis', 'dynamics', 'filter'],
  ],
  deploy: [
    ...['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model'],
    ...['data', 'perturb', 'interop', 'platform', 'result', 'train', 'dynamics', 'filter'],
  ],
  export: [
    ...['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model'],
    ...['data', 'interop', 'platform', 'metrics', 'tasks', 'train', 'analysis'],
  ],
  runs: ['random', 'platform', 'train'],
  analysis: [
    'linear-algebra',
    ...['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model', 'data', 'perturb'],
    'dynamics',
  ],
  report: ['result'],
  experiments: [
    ...['graph', 'random', 'program', 'cells', 'noise', 'solvers', 'engine', 'model', 'data', 'perturb'],
    ...['interop', 'platform', 'result', 'train', 'analysis', 'report', 'dynamics', 'filter'],
  ],
};
// Only these know Node; everything else runs in a page too.
const nodeOnly = '^src/(cli/|node/|node\\.ts|platform/node)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'node-lives-apart',
      severity: 'error',
      from: { path: '^src', pathNot: `${nodeOnly}|\\.test\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-code-stays-out-of-the-core',
      severity: 'error',
      from: { path: '^src', pathNot: `${nodeOnly}|\\.test\\.ts$` },
      to: { path: nodeOnly },
    },
    { name: 'unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(may).map(([folder, others]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      comment: `src/${folder} may import ${others.join(', ') || 'nothing'} of src/`,
      from: { path: `^src/${folder}/`, pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          ...others.map((other) => `^src/${other}/`),
          ...everywhere.map((file) => `^src/${file}\\.ts$`),
          `^src/${folder}/`,
        ],
      },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.generated\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
