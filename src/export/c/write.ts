/** The whole header, and an example of its use. */
import { planLoops } from '../loops/plan.js';
import { functions } from './functions.js';
import { constants, definitions, helpers, type Source, struct, upper } from './header.js';
import { mainProgram, type SelfTest, testProgram } from './programs.js';
import { blockComment } from './text.js';

export interface HeaderText {
  readonly source: Source;
  readonly selfTest: SelfTest;
  /** What the file says of itself: paragraphs. */
  readonly about: readonly string[];
}

export const sourceOf = (of: Omit<Source, 'plan'>): Source => ({ ...of, plan: planLoops(of.network) });

export function writeHeader({ source, selfTest, about }: HeaderText): string {
  const P = upper(source);
  const own = functions(source);
  return `${[
    blockComment([
      ...about,
      `Include it in one file of a C99 program. With -D${P}_MAIN it is a program that reads series as text, with -D${P}_TEST one ` +
        `that tests itself: cc -std=c99 -O2 -x c -D${P}_TEST THIS_FILE -o test -lm && ./test`,
    ]),
    `#ifndef ${P}_H\n#define ${P}_H`,
    '#include <math.h>\n#include <stdint.h>',
    definitions(source),
    constants(source),
    struct(source),
    helpers(source, own),
    own,
    mainProgram(source),
    testProgram(source, selfTest),
    '#endif',
  ].join('\n\n')}\n`;
}

export function writeExample(source: Source, header: string): string {
  const { prefix, network } = source;
  const P = upper(source);
  const size = network.timed ? ', 1.0f' : '';
  const sizes = network.timed ? ', step_sizes' : '';
  const tell =
    source.preprocessing.targets === undefined || source.preprocessing.targets === null
      ? `printf("%s, p = %.3f\\n", ${prefix}_label(best), best < 0 ? NAN : (double)out[best]);`
      : `printf("%g\\n", best < 0 ? NAN : (double)out[0]);`;
  const follow = [
    '  /* A stream: the state starts anew after each window; see the comment on streams in the header. */',
    `  static ${prefix}_stream stream;`,
    `  ${prefix}_stream_init(&stream, 140, 70);`,
    '  for (int step = 0; step < 1000; step++) {',
    `    float sample[${P}_CHANNELS] = {0}; /* read the sensor here */`,
    `    ${prefix}_stream_step(&stream, sample${size});`,
    '  }',
    `  best = ${prefix}_stream_output(&stream, out);`,
    `  ${tell}`,
  ];
  return `${[
    `/* cc -std=c99 -O2 THIS_FILE -o example -lm && ./example */`,
    `#include "${header}"`,
    '#include <stdio.h>',
    '',
    'int main(void) {',
    '  /* A whole series of three steps, in the raw units of the training data. */',
    `  static ${prefix}_state state;`,
    `  const float series[3 * ${P}_CHANNELS] = {0};`,
    ...(network.timed ? ['  const float step_sizes[3] = {1.0f, 1.0f, 1.0f};'] : []),
    `  float out[${network.everyStep ? '3 * ' : ''}${P}_OUTPUTS];`,
    `  int best = ${prefix}_predict(&state, series${sizes}, 3, out);`,
    `  ${tell}`,
    ...(network.bidirectional ? [] : follow),
    '  return 0;',
    '}',
  ].join('\n')}\n`;
}
