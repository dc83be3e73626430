/** The header of a network in C99: constants, one struct of state, and functions that allocate nothing. */
import type { Preprocessing } from '../../data/index.js';
import type { LoopPlan } from '../loops/plan.js';
import type { Dialect } from '../loops/print.js';
import type { Network } from '../network.js';
import { helpersFor, spellingsFor } from './spelling.js';
import { identifier, listed, literal, quoted } from './text.js';
import { rounded, type WeightType } from './weights.js';

export interface Source {
  readonly network: Network;
  readonly plan: LoopPlan;
  readonly preprocessing: Preprocessing;
  readonly prefix: string;
  readonly weights: WeightType;
  readonly temperature: number;
}

const integerTypes = { int16: 'int16_t', int8: 'int8_t' } as const;

export const upper = ({ prefix }: Source) => prefix.toUpperCase();
export const classCount = ({ preprocessing }: Source) => (preprocessing.targets ? 0 : preprocessing.classes.length);

export function definitions(source: Source): string {
  const { network, preprocessing } = source;
  const P = upper(source);
  const both = network.bidirectional;
  const longest = preprocessing.steps > 0 ? preprocessing.steps : 1024;
  return [
    `#define ${P}_CHANNELS ${network.channels}`,
    `#define ${P}_OUTPUTS ${network.outputs}`,
    `/* 0: the outputs are values, not probabilities of classes. */`,
    `#define ${P}_CLASSES ${classCount(source)}`,
    `/* Steps of a series in training; 0: of any number. */`,
    `#define ${P}_STEPS ${preprocessing.steps}`,
    ...(both
      ? [
          '/* The network reads its series backwards too: whole series of at most so many steps are kept. */',
          `#ifndef ${P}_MAX_STEPS`,
          `#define ${P}_MAX_STEPS ${longest}`,
          '#endif',
        ]
      : []),
    '/* Replace these by something faster if the last digits do not matter. */',
    `#ifndef ${P}_TANH`,
    `#define ${P}_TANH tanhf`,
    '#endif',
    `#ifndef ${P}_EXP`,
    `#define ${P}_EXP expf`,
    '#endif',
  ].join('\n');
}

export function constants(source: Source): string {
  const { network, plan, prefix, weights: type, preprocessing } = source;
  const parts: string[] = [];
  const floats = (name: string, values: ArrayLike<number>, comment = '') =>
    parts.push(
      `${comment}static const float ${prefix}_${name}[${values.length}] = {\n${listed(Array.from(values, literal))}\n};`,
    );
  for (const weight of network.weights.values()) {
    const own = `w_${identifier(weight.name)}`;
    const made = weight.definition === weight.name ? '' : ` = ${weight.definition}`;
    const comment = `/* ${weight.name}${made}, [${weight.shape.join(', ')}] */\n`;
    const found = plan.matrices.has(weight.name) ? rounded(weight, type) : null;
    if (found === null || type === 'float32') floats(own, weight.data, comment);
    else {
      const integers = `${prefix}_${own}[${found.integers.length}]`;
      parts.push(
        `${comment}static const ${integerTypes[type]} ${integers} = {\n${listed([...found.integers].map(String))}\n};`,
      );
      floats(`s_${identifier(weight.name)}`, found.scales);
    }
  }
  for (const [name, values] of Object.entries(network.start))
    if (values.some((value) => value !== 0))
      floats(`start_${identifier(name)}`, values, `/* where ${name} starts */\n`);
  const { mean, scale, fill, targets, classes } = preprocessing;
  floats(
    'mean',
    mean.map(Math.fround),
    '/* a channel is (x - mean - rest) / scale, mean + rest being the mean in two floats */\n',
  );
  floats(
    'rest',
    mean.map((value) => value - Math.fround(value)),
  );
  floats('scale', scale);
  if (fill) floats('fill', fill, '/* what stands for a missing value */\n');
  if (targets) {
    floats('value_scale', targets.scale, '/* a value is output * value_scale + value_mean */\n');
    floats('value_mean', targets.mean);
  } else
    parts.push(
      [
        `/* The text of a class; of any other number the empty text. */`,
        `static inline const char *${prefix}_label(int index) {`,
        `  static const char *const labels[${classes.length}] = {`,
        listed(classes.map(quoted)),
        '  };',
        `  return index >= 0 && index < ${classes.length} ? labels[index] : "";`,
        '}',
      ].join('\n'),
    );
  return parts.join('\n\n');
}

export function struct(source: Source): string {
  const { network, plan, prefix } = source;
  const fields = [
    ...Object.entries(network.state).map(([name, width]) => `  float state_${identifier(name)}[${width}];`),
    ...(network.every ? [`  float logits[${network.outputs}];`] : []),
    ...[...plan.stored].map(
      ([name, width]) => `  float steps_${identifier(name)}[${upper(source)}_MAX_STEPS * ${width}];`,
    ),
    `  float work[${Math.max(1, plan.work)}];`,
    `  int missing; /* a value was missing, and there is no rule to fill it */`,
  ];
  return `/* All that changes: one for each series or stream that is followed. */\ntypedef struct {\n${fields.join('\n')}\n} ${prefix}_state;`;
}

/** Bytes of the struct, but for padding. */
export function stateBytes({ network, plan, preprocessing }: Source): number {
  const widths = Object.values(network.state).reduce((sum, width) => sum + width, 0);
  const steps = preprocessing.steps > 0 ? preprocessing.steps : 1024;
  const stored = [...plan.stored.values()].reduce((sum, width) => sum + width * steps, 0);
  return 4 * (widths + (network.every ? network.outputs : 0) + stored + Math.max(1, plan.work) + 1);
}

export function dialect(source: Source): Dialect {
  const { prefix, network, weights } = source;
  const spelling = spellingsFor(prefix);
  const array: Dialect['array'] = (of) => {
    if (of.kind === 'work') return 't';
    if (of.kind === 'weight') return `${prefix}_w_${identifier(of.name)}`;
    if (of.kind === 'carry') return of.name === 'logits' ? 'logits' : `s->state_${identifier(of.name)}`;
    return identifier(of.name);
  };
  const isRounded = (name: string) => rounded(network.weights.get(name)!, weights) !== null;
  return {
    number: (value) => (value < 0 || Object.is(value, -0) ? `(${literal(value)})` : literal(value)),
    array,
    pointer: ({ array: of, offset }) => (offset === 0 ? array(of) : `${array(of)} + ${offset}`),
    spelling,
    loop: (width, body) => `for (int i = 0; i < ${width}; i++) ${body}`,
    product: (to, weight, from, rows, columns) => {
      const name = identifier(weight);
      const own = `${prefix}_w_${name}`;
      return isRounded(weight)
        ? `${prefix}_rounded_product(${to}, ${own}, ${prefix}_s_${name}, ${from}, ${rows}, ${columns});`
        : `${prefix}_product(${to}, ${own}, ${from}, ${rows}, ${columns});`;
    },
    sum: (from, width) => `${prefix}_sum(${from}, ${width})`,
    logSumExp: (from, width) => `${prefix}_log_sum_exp(${from}, ${width})`,
    comment: (text) => `/* ${text} */`,
  };
}

/** Functions that the loops call; those that none calls are left out. */
export function helpers(source: Source, body: string): string {
  const { prefix, weights } = source;
  const P = upper(source);
  const all: Record<string, string> = {
    ...helpersFor(prefix),
    product: [
      `/* out = w x, w [rows, columns] row by row */`,
      `static inline void ${prefix}_product(float *out, const float *w, const float *x, int rows, int columns) {`,
      '  for (int i = 0; i < rows; i++, w += columns) {',
      '    float total = 0.0f;',
      '    for (int j = 0; j < columns; j++) total += w[j] * x[j];',
      '    out[i] = total;',
      '  }',
      '}',
    ].join('\n'),
    sum: [
      `static inline float ${prefix}_sum(const float *x, int count) {`,
      '  float total = 0.0f;',
      '  for (int i = 0; i < count; i++) total += x[i];',
      '  return total;',
      '}',
    ].join('\n'),
    log_sum_exp: [
      `static inline float ${prefix}_log_sum_exp(const float *x, int count) {`,
      '  float largest = x[0], total = 0.0f;',
      '  for (int i = 1; i < count; i++) largest = x[i] > largest ? x[i] : largest;',
      `  for (int i = 0; i < count; i++) total += ${P}_EXP(x[i] - largest);`,
      '  return largest + logf(total);',
      '}',
    ].join('\n'),
  };
  if (weights !== 'float32')
    all.rounded_product = [
      `/* out = diag(scale) w x, w [rows, columns] row by row */`,
      `static inline void ${prefix}_rounded_product(float *out, const ${integerTypes[weights]} *w, const float *scale,`,
      '    const float *x, int rows, int columns) {',
      '  for (int i = 0; i < rows; i++, w += columns) {',
      '    float total = 0.0f;',
      '    for (int j = 0; j < columns; j++) total += (float)w[j] * x[j];',
      '    out[i] = scale[i] * total;',
      '  }',
      '}',
    ].join('\n');
  return Object.entries(all)
    .filter(([name]) => body.includes(`${prefix}_${name}(`))
    .map(([, text]) => text)
    .join('\n\n');
}

export const indented = (lines: readonly string[], depth: number) => lines.map((line) => `${' '.repeat(depth)}${line}`);
