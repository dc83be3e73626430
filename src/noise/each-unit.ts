import type { Distribution, Expression, Node } from '../graph/index.js';
import type { UpdateScheme } from './scheme.js';

interface UnitContext {
  readonly h: Node;
  readonly drift: Node;
  readonly stepSize: Node;
  /** Independent units, from the scheme's numbered source. */
  readonly draw: (source: number, distribution: Distribution, rate?: number) => Node;
  readonly scale: Expression;
}

/** An update that treats every noisy component alike; each is made when it is read, in the order of the state. */
export function eachUnit(next: (of: UnitContext) => Node): UpdateScheme['next'] {
  return ({ state, drift, stepSize, noisy, drawUnits, scale }) =>
    Object.defineProperties(
      {},
      Object.fromEntries(
        noisy.map((name) => {
          const get = () =>
            next({
              ...{ h: state[name]!, drift: drift[name]!, stepSize: stepSize[name]!, scale },
              draw: (source, distribution, rate) => drawUnits(name, source, distribution, rate),
            });
          return [name, { get, enumerable: true }];
        }),
      ),
    );
}
