/** Two programs within the header: one that reads series as text, and one that tests the file against expected outputs. */
import { type Source, upper } from './header.js';
import { listed, literal } from './text.js';

/** What the self-test gives and expects. */
export interface SelfTest {
  readonly rows: number;
  readonly steps: number;
  /** [rows, steps, channels], raw units. */
  readonly inputs: Float32Array;
  /** [rows, steps]; null where step sizes are not given. */
  readonly stepSizes: Float32Array | null;
  /** [rows][answers · outputs] */
  readonly expected: readonly (readonly number[])[];
}

/** Mentioned, so that no compiler takes it for left over. */
function mentioned({ prefix, network, preprocessing }: Source, also: readonly string[]): string[] {
  const names = [
    ...(preprocessing.targets ? [] : ['label']),
    ...(network.bidirectional ? [] : ['stream_init', 'stream_step', 'stream_output', ...also]),
  ];
  return names.map((name) => `  (void)${prefix}_${name};`);
}

export function mainProgram(source: Source): string {
  const { network, prefix } = source;
  const P = upper(source);
  const timed = network.timed;
  const numbers = network.channels + (timed ? 1 : 0);
  const perStep = timed
    ? `${network.channels} values and the step size`
    : `${network.channels} value${network.channels === 1 ? '' : 's'}`;
  const step = timed ? `${prefix}_step(&s, value, value[${network.channels}])` : `${prefix}_step(&s, value)`;
  const bidirectional = network.bidirectional;
  const show = (place: string, count: string) =>
    `for (long i = 0; i < ${count}; i++) printf(i == 0 ? "%.9g" : " %.9g", (double)${place}[i]);`;
  const each = bidirectional
    ? [
        `        if (steps >= ${P}_MAX_STEPS) {`,
        `          fprintf(stderr, "line %ld has more than %d steps; compile with -D${P}_MAX_STEPS=...\\n", line, ${P}_MAX_STEPS);`,
        '          return 1;',
        '        }',
        `        for (int i = 0; i < ${network.channels}; i++) series[steps * ${network.channels} + i] = value[i];`,
        ...(timed ? [`        sizes[steps] = value[${network.channels}];`] : []),
      ]
    : [
        `        ${step};`,
        ...(network.everyStep
          ? [
              `        if (${prefix}_output(&s, out) < 0) unknown = 1;`,
              `        for (int i = 0; i < ${P}_OUTPUTS; i++) printf(steps + i == 0 ? "%.9g" : " %.9g", (double)out[i]);`,
            ]
          : []),
      ];
  const end = bidirectional
    ? [
        `      if (${prefix}_predict(&s, series${timed ? ', sizes' : ''}, steps, out) < 0) unknown = 1;`,
        `      ${show('out', network.everyStep ? `steps * ${P}_OUTPUTS` : `${P}_OUTPUTS`)}`,
      ]
    : network.everyStep
      ? []
      : [`      if (${prefix}_output(&s, out) < 0) unknown = 1;`, `      ${show('out', `${P}_OUTPUTS`)}`];
  return [
    `#ifdef ${P}_MAIN`,
    '/*',
    ' * Reads a line a series from standard input, or from the file named: values step by step, the channels of a step side by',
    ` * side (${perStep}), separated by blanks or commas; nan is a missing value. Writes for each line its`,
    ` * ${network.everyStep ? 'outputs step by step' : 'outputs'} separated by blanks. Ends with 1 after a line that it cannot read.`,
    ' */',
    '#include <stdio.h>',
    '#include <stdlib.h>',
    '',
    'int main(int count, char **arguments) {',
    `  static ${prefix}_state s;`,
    ...(bidirectional
      ? [
          `  static float series[${P}_MAX_STEPS * ${network.channels}];`,
          ...(timed ? [`  static float sizes[${P}_MAX_STEPS];`] : []),
          `  static float out[${network.everyStep ? `${P}_MAX_STEPS * ` : ''}${P}_OUTPUTS];`,
        ]
      : [`  float out[${P}_OUTPUTS];`]),
    `  float value[${numbers}];`,
    '  char word[64];',
    '  int length = 0, filled = 0, unknown = 0, character;',
    '  long line = 1, steps = 0;',
    '  FILE *in = count > 1 ? fopen(arguments[1], "r") : stdin;',
    '  if (in == NULL) {',
    '    fprintf(stderr, "cannot open %s\\n", arguments[1]);',
    '    return 1;',
    '  }',
    `  ${prefix}_init(&s);`,
    '  do {',
    '    character = getc(in);',
    "    const int ends = character == EOF || character == '\\n';",
    "    if (!ends && character != ' ' && character != ',' && character != '\\t' && character != '\\r') {",
    '      if (length < 63) word[length++] = (char)character;',
    '      else {',
    '        fprintf(stderr, "line %ld: a number is longer than 63 characters\\n", line);',
    '        return 1;',
    '      }',
    '      continue;',
    '    }',
    '    if (length > 0) {',
    '      char *rest;',
    '      word[length] = 0;',
    '      value[filled++] = (float)strtod(word, &rest);',
    '      if (*rest != 0) {',
    '        fprintf(stderr, "line %ld: \\"%s\\" is not a number\\n", line, word);',
    '        return 1;',
    '      }',
    '      length = 0;',
    `      if (filled == ${numbers}) {`,
    ...each,
    '        filled = 0;',
    '        steps++;',
    '      }',
    '    }',
    '    if (!ends) continue;',
    '    if (filled > 0) {',
    `      fprintf(stderr, "line %ld ends within a step: expected ${numbers} number${numbers === 1 ? '' : 's'} a step\\n", line);`,
    '      return 1;',
    '    }',
    '    if (steps > 0) {',
    ...end,
    '      putchar(10);',
    '    }',
    '    line++;',
    '    steps = 0;',
    `    ${prefix}_init(&s);`,
    '  } while (character != EOF);',
    '  if (unknown) fprintf(stderr, "some answers are nan: values are missing, or too large\\n");',
    ...mentioned(source, ['predict']),
    '  return 0;',
    '}',
    '#endif',
  ].join('\n');
}

export function testProgram(source: Source, { rows, steps, inputs, stepSizes, expected }: SelfTest): string {
  const { prefix, preprocessing } = source;
  const P = upper(source);
  const answers = expected[0]!.length;
  const scale = preprocessing.targets ? `${prefix}_value_scale[i % ${P}_OUTPUTS]` : '1.0f';
  const floats = (name: string, values: ArrayLike<number>) =>
    `static const float ${name}[${values.length}] = {\n${listed(Array.from(values, literal))}\n};`;
  return [
    `#ifdef ${P}_TEST`,
    `/* ${rows} made-up series of ${steps} steps and what they should give. */`,
    '#include <stdio.h>',
    '',
    floats(`${prefix}_test_inputs`, inputs),
    ...(stepSizes === null ? [] : [floats(`${prefix}_test_step_sizes`, stepSizes)]),
    floats(`${prefix}_test_outputs`, expected.flat()),
    '',
    'int main(void) {',
    `  static ${prefix}_state s;`,
    `  float out[${answers}], largest = 0.0f;`,
    `  for (long row = 0; row < ${rows}; row++) {`,
    `    ${prefix}_predict(&s, ${prefix}_test_inputs + row * ${steps} * ${P}_CHANNELS,${stepSizes === null ? '' : ` ${prefix}_test_step_sizes + row * ${steps},`} ${steps}, out);`,
    `    for (int i = 0; i < ${answers}; i++) {`,
    `      const float difference = fabsf(out[i] - ${prefix}_test_outputs[row * ${answers} + i]) / ${scale};`,
    '      if (!(difference <= largest)) largest = difference;',
    '    }',
    '  }',
    `  printf("largest difference %.3g in ${rows} series\\n", (double)largest);`,
    ...mentioned(source, []),
    '  /* A maths library and a compiler may round in their own ways. */',
    '  return largest <= 1e-4f ? 0 : 1;',
    '}',
    '#endif',
  ].join('\n');
}
