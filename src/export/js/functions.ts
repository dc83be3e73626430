/** The functions of the module: steps, streams and whole series. */
import type { PlannedPhase } from '../loops/plan.js';
import { type Dialect, printStatements } from '../loops/print.js';
import { identifier, literal, type Script } from './script.js';
import { spelling } from './spelling.js';

const dialect: Dialect = {
  number: (value) => (value < 0 || Object.is(value, -0) ? `(${value})` : String(value)),
  array: (of) => {
    if (of.kind === 'work') return 't';
    if (of.kind === 'weight') return `w_${identifier(of.name)}`;
    if (of.kind === 'sequence' || of.name === 'logits') return identifier(of.name);
    return /^\w+$/.test(of.name) ? `s.${of.name}` : `s[${literal(of.name)}]`;
  },
  pointer: ({ array, offset }) => `${dialect.array(array)}, ${offset}`,
  spelling,
  loop: (width, body) => `for (let i = 0; i < ${width}; i++) ${body}`,
  product: (to, weight, from, rows, columns) =>
    `product(${to}, w_${identifier(weight)}, ${from}, ${rows}, ${columns});`,
  sum: (from, width) => `sum(${from}, ${width})`,
  logSumExp: (from, width) => `logSumExp(${from}, ${width})`,
  comment: (text) => `// ${text}`,
};

const body = (part: PlannedPhase) => printStatements(part.statements, dialect);
const indented = (lines: readonly string[], depth: number) => lines.map((line) => `${' '.repeat(depth)}${line}`);

export function stepBySteps({ network, plan }: Script): string[] {
  const scans = plan.phases.filter(({ kind }) => kind === 'scan').flatMap(body);
  const readouts = plan.phases.filter(({ kind }) => kind === 'once').flatMap(body);
  const time = network.timed ? ', stepSize' : '';
  const dt = network.timed ? ['const dt = [stepSize];'] : [];
  const logits = `const logits = new Float64Array(${network.outputs});`;
  const every = network.every;
  const advance = [
    `const t = new Float64Array(${Math.max(1, plan.work)});`,
    '',
    `/** One step of normalised values changes the state${every ? ' and gives the logits' : ''}. */`,
    `function advance(s, x${time}) {`,
    ...indented([...dt, ...(every ? [logits] : []), ...scans, ...(every ? ['return logits;'] : [])], 2),
    '}',
    ...(every ? [] : ['', 'function readout(s) {', ...indented([logits, ...readouts, 'return logits;'], 2), '}']),
  ].join('\n');
  const outcome = (indent: string, x: string) =>
    every
      ? [`${indent}const logits = advance(s, ${x}${time});`]
      : [`${indent}advance(s, ${x}${time});`, `${indent}const logits = readout(s);`];
  const copy = 'Object.fromEntries(Object.entries(values).map(([name, own]) => [name, Float64Array.from(own)]))';
  const step = [
    '/** The state before the first step: plain numbers, never changed in place. */',
    'export const initialState = () => ({ rows: 1, values: copied(start) });',
    '',
    `const copied = (values) => ${copy};`,
    '',
    '/**',
    ' * One time step, in raw units: a number, or one for each channel. Returns the state for the next step and what a whole',
    ' * series would answer if it ended here.',
    ' */',
    `export function step({ values }, x${time}) {`,
    '  const s = copied(values);',
    ...outcome('  ', "normalised(typeof x === 'number' ? [x] : x, 0)"),
    '  return { state: { rows: 1, values: s }, output: listed([answerOf([...logits])]) };',
    '}',
  ].join('\n');
  const sizes = network.timed ? ', stepSizes[at]' : '';
  const runs = [
    `/** The answers after the last step, or of each. */`,
    `function answersOf(raw, count${network.timed ? ', stepSizes' : ''}) {`,
    '  const s = copied(start);',
    ...(every
      ? [
          '  const answers = [];',
          `  for (let at = 0; at < count; at++) {`,
          `    const logits = advance(s, normalised(raw, at)${sizes});`,
          `    ${network.everyStep ? '' : 'if (at === count - 1) '}answers.push(answerOf([...logits]));`,
          '  }',
          '  return answers;',
        ]
      : [
          `  for (let at = 0; at < count; at++) advance(s, normalised(raw, at)${sizes});`,
          '  return [answerOf([...readout(s)])];',
        ]),
    '}',
  ].join('\n');
  return [advance, step, streamFunction(network.timed), runs];
}

function streamFunction(timed: boolean): string {
  const time = timed ? ', stepSize' : '';
  return [
    '/**',
    ' * A stream without end: the state starts anew after every `window` steps. The last `overlap` steps of a window (at most',
    ' * half of it) are read by the next state too. `step(x)` gives the output so far.',
    ' */',
    'export function stream({ window, overlap = 0 }) {',
    '  if (!(window >= 1 && overlap >= 0 && 2 * overlap <= window)) throw new RangeError("window " + window + ", overlap " + overlap + ": the overlap is half the window at most");',
    '  let [now, next, age] = [initialState(), initialState(), 0];',
    '  return {',
    `    step(x${time}) {`,
    '      if (age === window) [now, next, age] = [next, initialState(), overlap];',
    `      const made = step(now, x${time});`,
    '      now = made.state;',
    `      if (age >= window - overlap) next = step(next, x${time}).state;`,
    '      age += 1;',
    '      return made.output;',
    '    },',
    '  };',
    '}',
  ].join('\n');
}

/** Phase after phase over all steps: the network reads its series backwards too. */
export function wholeSeries({ network, plan }: Script): string[] {
  const lines: string[] = [
    'const s = Object.fromEntries(Object.entries(start).map(([name, own]) => [name, own.slice()]));',
  ];
  lines.push('const x_steps = Array.from({ length: count }, (_, at) => normalised(raw, at));');
  for (const [name, width] of plan.stored)
    lines.push(`const ${identifier(name)}_steps = Array.from({ length: count }, () => new Float64Array(${width}));`);
  lines.push(network.every ? 'const answers = [];' : `const logits = new Float64Array(${network.outputs});`);
  for (const part of plan.phases) {
    if (part.kind === 'once') {
      lines.push(...body(part));
      continue;
    }
    const own: string[] = [];
    for (const name of new Set([...part.reads, ...part.writes])) {
      if (name === 'logits') own.push(`const logits = new Float64Array(${network.outputs});`);
      else if (name === 'dt') own.push('const dt = [stepSizes[at]];');
      else own.push(`const ${identifier(name)} = ${identifier(name)}_steps[at];`);
    }
    own.push(...body(part));
    if (part.writes.includes('logits'))
      own.push(`${network.everyStep ? '' : 'if (at === count - 1) '}answers.push(answerOf([...logits]));`);
    lines.push(
      part.reverse ? 'for (let at = count - 1; at >= 0; at--) {' : 'for (let at = 0; at < count; at++) {',
      ...indented(own, 2),
      '}',
    );
  }
  lines.push(network.every ? 'return answers;' : 'return [answerOf([...logits])];');
  return [
    [
      `const t = new Float64Array(${Math.max(1, plan.work)});`,
      '',
      '/** The answers after the last step, or of each. */',
      `function answersOf(raw, count${network.timed ? ', stepSizes' : ''}) {`,
      ...indented(lines, 2),
      '}',
    ].join('\n'),
  ];
}

export function predictFunctions({ network }: Script): string {
  const time = network.timed ? ', stepSizes' : '';
  const own = network.timed
    ? ', Array.isArray(stepSizes[0]) || ArrayBuffer.isView(stepSizes[0]) ? stepSizes[row] : stepSizes'
    : '';
  return [
    '/**',
    ' * What each series is after its own last step, in raw units: a list of numbers (the channels of a step side by side) is one',
    ' * series; a list of typed arrays many; number[][] many series of one channel, or one [steps][channels]; number[][][] many.',
    ...(network.timed ? [' * `stepSizes`: for each step how much time it stands for, a list a series.'] : []),
    ' */',
    `export function predict(series${time}) {`,
    `  const answers = seriesOf(series).map((raw${network.timed ? ', row' : ''}) => answersOf(raw, counted(raw)${own}));`,
    '  const last = listed(answers.map((own) => own[own.length - 1]));',
    network.everyStep ? '  return { ...last, steps: answers.map(listed) };' : '  return last;',
    '}',
    '',
    'const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);',
    '',
    'function seriesOf(given) {',
    '  if (ArrayBuffer.isView(given) || !isList(given[0])) return [given];',
    '  if (ArrayBuffer.isView(given[0])) return given;',
    '  if (isList(given[0][0])) return given.map((steps) => steps.flat());',
    '  return channels === 1 ? given : [given.flat()];',
    '}',
    '',
    'function counted(raw) {',
    '  if (raw.length === 0 || raw.length % channels !== 0)',
    '    throw new RangeError("a series has " + raw.length + " values, expected a multiple of " + channels + ", the channels of a step");',
    '  return raw.length / channels;',
    '}',
  ].join('\n');
}
