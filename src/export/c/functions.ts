/** The functions of the header: init, step, output, predict, and streams that start anew at the end of a window. */
import type { PlannedPhase } from '../loops/plan.js';
import { printStatements } from '../loops/print.js';
import { classCount, dialect, indented, type Source, upper } from './header.js';
import { identifier, literal } from './text.js';

export function functions(source: Source): string {
  const parts = [initFunction(source), normaliseFunction(source), answerFunction(source)];
  if (source.network.bidirectional) parts.push(predictWhole(source));
  else parts.push(stepFunction(source), outputFunction(source), predictBySteps(source), streamFunctions(source));
  return parts.join('\n\n');
}

function initFunction({ network, prefix }: Source): string {
  const starts = Object.entries(network.start).map(([name, values]) => {
    const learned = values.some((value) => value !== 0);
    const value = learned ? `${prefix}_start_${identifier(name)}[i]` : '0.0f';
    return `  for (int i = 0; i < ${values.length}; i++) s->state_${identifier(name)}[i] = ${value};`;
  });
  const logits = network.every ? [`  for (int i = 0; i < ${network.outputs}; i++) s->logits[i] = 0.0f;`] : [];
  return [
    '/* Before the first step of a series. */',
    `static inline void ${prefix}_init(${prefix}_state *s) {`,
    ...[...starts, ...logits, '  s->missing = 0;', '}'],
  ].join('\n');
}

function normaliseFunction({ prefix, preprocessing, network }: Source): string {
  const fill = preprocessing.fill
    ? [`    if (value != value) value = ${prefix}_fill[i];`]
    : [`    if (value != value) s->missing = 1;`];
  return [
    `static inline void ${prefix}_normalise(${prefix}_state *s, const float *raw, float *x) {`,
    ...(preprocessing.fill ? ['  (void)s;'] : []),
    `  for (int i = 0; i < ${network.channels}; i++) {`,
    '    float value = raw[i];',
    ...fill,
    `    x[i] = (value - ${prefix}_mean[i] - ${prefix}_rest[i]) / ${prefix}_scale[i];`,
    '  }',
    '}',
  ].join('\n');
}

/** From logits to what is asked: the class or 0 comes back, −1 where the answer is not a number. */
function answerFunction(source: Source): string {
  const { prefix, network, temperature } = source;
  const P = upper(source);
  const width = network.outputs;
  const head = `static inline int ${prefix}_answer(const ${prefix}_state *s, const float *logits, float *out) {`;
  const unknown = [
    `  int known = !s->missing;`,
    `  for (int i = 0; i < ${width}; i++) known = known && logits[i] == logits[i];`,
    '  if (!known) {',
    `    for (int i = 0; i < ${width}; i++) out[i] = (float)NAN;`,
    '    return -1;',
    '  }',
  ];
  if (classCount(source) === 0)
    return [
      head,
      ...unknown,
      `  for (int i = 0; i < ${width}; i++) out[i] = logits[i] * ${prefix}_value_scale[i] + ${prefix}_value_mean[i];`,
      '  return 0;',
      '}',
    ].join('\n');
  const cooled =
    temperature === 1 ? 'logits[i] - logits[best]' : `(logits[i] - logits[best]) / ${literal(temperature)}`;
  return [
    head,
    ...unknown,
    '  int best = 0;',
    `  for (int i = 1; i < ${width}; i++) if (logits[i] > logits[best]) best = i;`,
    '  float total = 0.0f;',
    `  for (int i = 0; i < ${width}; i++) total += out[i] = ${P}_EXP(${cooled});`,
    `  for (int i = 0; i < ${width}; i++) out[i] /= total;`,
    '  return best;',
    '}',
  ].join('\n');
}

const timeArgument = ({ network }: Source) => (network.timed ? ', float step_size' : '');
const timeSetting = ({ network }: Source) => (network.timed ? ['const float dt[1] = {step_size};'] : []);

function phaseBody(source: Source, part: PlannedPhase): string[] {
  return printStatements(part.statements, dialect(source));
}

function stepFunction(source: Source): string {
  const { prefix, network, plan } = source;
  const scans = plan.phases.filter(({ kind }) => kind === 'scan');
  const logits = network.every ? ['float *const logits = s->logits;'] : [];
  const lines = [
    'float *const t = s->work;',
    `float x[${Math.max(1, network.channels)}];`,
    ...timeSetting(source),
    ...logits,
    `${prefix}_normalise(s, raw, x);`,
    ...scans.flatMap((part) => phaseBody(source, part)),
  ];
  return [
    `/* One time step: ${network.channels} value${network.channels === 1 ? '' : 's'} in raw units. */`,
    `static inline void ${prefix}_step(${prefix}_state *s, const float *raw${timeArgument(source)}) {`,
    ...indented(lines, 2),
    '}',
  ].join('\n');
}

function outputFunction(source: Source): string {
  const { prefix, network, plan } = source;
  const lines = network.every
    ? [`return ${prefix}_answer(s, s->logits, out);`]
    : [
        'float *const t = s->work;',
        `float logits[${network.outputs}];`,
        ...plan.phases.filter(({ kind }) => kind === 'once').flatMap((part) => phaseBody(source, part)),
        `return ${prefix}_answer(s, logits, out);`,
      ];
  return [
    '/*',
    ` * What the series is if it ends here, ${network.outputs} numbers. Gives the class (of values 0), or -1 where a value was`,
    ' * missing or the answer is not a number.',
    ' */',
    `static inline int ${prefix}_output(${prefix}_state *s, float *out) {`,
    ...indented(lines, 2),
    '}',
  ].join('\n');
}

function predictBySteps(source: Source): string {
  const { prefix, network } = source;
  const P = upper(source);
  const times = network.timed ? ', const float *step_sizes' : '';
  const size = network.timed ? ', step_sizes[step]' : '';
  const every = network.everyStep;
  return [
    `/* A whole series, steps * ${network.channels} values; out has ${every ? `steps * ${network.outputs}, the answers of each step` : `${network.outputs} numbers`}. */`,
    `static inline int ${prefix}_predict(${prefix}_state *s, const float *raw${times}, long steps, float *out) {`,
    ...(every ? ['  int best = -1;'] : []),
    `  ${prefix}_init(s);`,
    `  for (long step = 0; step < steps; step++) {`,
    `    ${prefix}_step(s, raw + step * ${P}_CHANNELS${size});`,
    ...(every ? [`    best = ${prefix}_output(s, out + step * ${P}_OUTPUTS);`] : []),
    '  }',
    every ? '  return best;' : `  return ${prefix}_output(s, out);`,
    '}',
  ].join('\n');
}

/** Phase after phase over all steps, what one leaves for another being kept in the state. */
function predictWhole(source: Source): string {
  const { prefix, network, plan } = source;
  const P = upper(source);
  const lines: string[] = [
    `if (steps > ${P}_MAX_STEPS) return -2;`,
    `${prefix}_init(s);`,
    'float *const t = s->work;',
    ...(network.every ? ['float *const logits = s->logits;', 'int best = -1;'] : [`float logits[${network.outputs}];`]),
  ];
  for (const part of plan.phases) {
    if (part.kind === 'once') {
      lines.push(...phaseBody(source, part));
      continue;
    }
    const body: string[] = [];
    if (part.reads.includes('x')) {
      body.push(`float x[${network.channels}];`, `${prefix}_normalise(s, raw + step * ${P}_CHANNELS, x);`);
    }
    if (part.reads.includes('dt')) body.push('const float dt[1] = {step_sizes[step]};');
    for (const name of new Set([...part.reads, ...part.writes])) {
      const width = plan.stored.get(name);
      if (width === undefined) continue;
      const own = identifier(name);
      const constant = part.writes.includes(name) ? '' : 'const ';
      body.push(`${constant}float *const ${own} = s->steps_${own} + step * ${width};`);
    }
    body.push(...phaseBody(source, part));
    if (part.writes.includes('logits') && network.everyStep)
      body.push(`best = ${prefix}_answer(s, logits, out + step * ${P}_OUTPUTS);`);
    const head = part.reverse
      ? 'for (long step = steps - 1; step >= 0; step--) {'
      : 'for (long step = 0; step < steps; step++) {';
    lines.push(head, ...indented(body, 2), '}');
  }
  if (network.every && !network.everyStep) lines.push(`best = ${prefix}_answer(s, logits, out);`);
  lines.push(network.every ? 'return best;' : `return ${prefix}_answer(s, logits, out);`);
  const times = network.timed ? ', const float *step_sizes' : '';
  return [
    '/*',
    ` * A whole series, steps * ${network.channels} values in raw units; out has ${network.everyStep ? `steps * ${network.outputs}, the answers of each step` : `${network.outputs} numbers`}. Gives the class`,
    ` * (of values 0), -1 where the answer is not a number, -2 where there are more than ${P}_MAX_STEPS steps.`,
    ' */',
    `static inline int ${prefix}_predict(${prefix}_state *s, const float *raw${times}, long steps, float *out) {`,
    ...indented(lines, 2),
    '}',
  ].join('\n');
}

function streamFunctions(source: Source): string {
  const { prefix } = source;
  const size = source.network.timed ? ', step_size' : '';
  return [
    '/*',
    ' * A stream without end: the state starts anew after every window of steps. The last `overlap` steps of a window are read',
    ' * by the next state too, so that the first answer after the change has seen as many. Costs a second state.',
    ' */',
    'typedef struct {',
    `  ${prefix}_state now, next;`,
    '  long age, window, overlap;',
    `} ${prefix}_stream;`,
    '',
    `static inline void ${prefix}_stream_init(${prefix}_stream *s, long window, long overlap) {`,
    `  ${prefix}_init(&s->now);`,
    `  ${prefix}_init(&s->next);`,
    '  s->age = 0;',
    '  s->window = window;',
    '  s->overlap = overlap;',
    '}',
    '',
    `static inline void ${prefix}_stream_step(${prefix}_stream *s, const float *raw${timeArgument(source)}) {`,
    '  if (s->age == s->window) {',
    '    s->now = s->next;',
    `    ${prefix}_init(&s->next);`,
    '    s->age = s->overlap;',
    '  }',
    `  ${prefix}_step(&s->now, raw${size});`,
    `  if (s->age >= s->window - s->overlap) ${prefix}_step(&s->next, raw${size});`,
    '  s->age++;',
    '}',
    '',
    `static inline int ${prefix}_stream_output(${prefix}_stream *s, float *out) {`,
    `  return ${prefix}_output(&s->now, out);`,
    '}',
  ].join('\n');
}
