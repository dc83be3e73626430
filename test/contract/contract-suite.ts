/** What every engine must do: the whole table of cases and verbs, the laws of runs, the decisions of the design. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { relativeError } from '../support/numbers.js';
import { type Case, setupOf, titleOf } from '../support/setup.js';
import { gradients, verbs } from '../support/verbs.js';
import { combinations, everyCase, large, variations } from './cases.js';
import { decisions } from './decisions.js';
import { derivativeDecisions } from './derivative-decisions.js';
import { runLaws } from './laws.js';
import { mixedLengths } from './mixed-lengths.js';
import { noiseScale } from './noise-scale.js';

/** Shared by the suites of one engine: opened once, before the first test. */
export type OpenEngine = () => Engine;

/** How much of it is run. `brief`, where compiling a program takes long: what differs most, and not the slowest. */
export type Extent = 'whole' | 'brief';

/** In brief: one scheme and solver a cell with three verbs, and the gradients of every variation of a model that is no stack. */
function tested(extent: Extent): [string, Case, readonly string[]][] {
  const all = Object.keys(verbs);
  const table = [...everyCase, ...large];
  if (extent === 'whole') return table.map((of) => [titleOf(of), of, all]);
  const cells = new Set(combinations.map(({ cell }) => cell));
  const first = [...cells].map((cell) => combinations.find((of) => of.cell === cell && of.noise !== 'none')!);
  const plain = variations.filter((of) => !of.bidirectional && of.above === undefined && of.layers === undefined);
  return [
    ...first.map((of): [string, Case, readonly string[]] => [
      titleOf(of),
      of,
      ['forward', 'gradients', 'hessianVector'],
    ]),
    ...plain.map((of): [string, Case, readonly string[]] => [titleOf(of), of, ['gradients']]),
  ];
}

/**
 * @param openEngine the engine under test.
 * @param tolerance relative error max|Δ| / max|expected| allowed, for every result.
 * @param build of several, for the title.
 * @param expected what results are compared with: the reference engine, unless that is the one under test.
 */
export function contractSuite(
  name: string,
  openEngine: () => Promise<Engine>,
  tolerance: number,
  build = '',
  extent: Extent = 'whole',
  expected: Engine = createReferenceEngine(),
): void {
  describe(`engine ${name} ${build}`, () => {
    let opened: Engine | undefined;
    beforeAll(async () => {
      opened = await openEngine();
    });
    afterAll(async () => {
      await opened?.close();
    });
    const engine: OpenEngine = () => opened!;

    it('is the engine it is called', () => {
      expect(engine().name).toBe(name);
    });

    describe.each(tested(extent))('%s', (_, of, names) => {
      const setup = setupOf(of);
      it.each(names.map((verb) => [verb, verbs[verb]!] as const))('%s', async (_verb, verb) => {
        const found = await verb(engine(), setup);
        const wanted = await verb(expected, setup);
        expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
        for (const [result, values] of Object.entries(wanted))
          expect(relativeError(found[result]!, values), result).toBeLessThanOrEqual(tolerance);
      });
    });

    runLaws(engine);
    decisions(engine, tolerance);
    if (extent === 'whole') {
      derivativeDecisions(engine, tolerance);
      mixedLengths(engine, tolerance);
    }
    noiseScale(engine, tolerance);
  });
}

/** Openings of an engine with different numbers of threads must agree in every bit. */
export function sameBitsSuite(name: string, open: (threads: number) => Promise<Engine>, build = ''): void {
  describe(`engine ${name} ${build}: the same bits for 1, 2 and 3 threads`, () => {
    const several: readonly Case[] = [
      ...large,
      { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', step: 'learned', rows: 100, units: 12 },
      { cell: 'gru', noise: 'dropout:rate=0.3', solver: 'euler', rows: 1 },
    ];
    it.each(several.map((of) => [titleOf(of), of] as const))('%s', async (_, of) => {
      const [one, ...others] = await Promise.all([1, 2, 3].map(open));
      const setup = setupOf(of);
      for (const verb of [gradients, verbs.hessianVector!]) {
        const first = await verb(one!, setup);
        for (const other of others) {
          const second = await verb(other, setup);
          for (const [result, values] of Object.entries(first)) expect(second[result], result).toEqual(values);
        }
      }
      await Promise.all([one!, ...others].map((engine) => engine.close()));
    });
  });
}
