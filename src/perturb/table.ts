import { clearBeyondEnds, type SequenceTable } from '../data/index.js';
import { burst } from './burst.js';
import { drift } from './drift.js';
import { missing } from './missing.js';
import { multiplicative } from './multiplicative.js';
import type { Perturbation } from './perturbation.js';
import { saltPepper } from './salt-pepper.js';
import { shift } from './shift.js';
import { sign } from './sign.js';
import { warp } from './warp.js';
import { white } from './white.js';

/** Every perturbation by kind: a new one is one file and one row here. */
export const perturbations: ReadonlyMap<string, Perturbation> = new Map(
  [white, multiplicative, saltPepper, sign, missing, shift, warp, drift, burst].map((perturbation) => [
    perturbation.kind,
    { ...perturbation, apply: (table, ...rest) => withinEnds(perturbation.apply(table, ...rest)) },
  ]),
);

/** What lies beyond a row's end stays 0, whatever was added to it. */
function withinEnds(table: SequenceTable): SequenceTable {
  clearBeyondEnds(table.values, table.channels, table);
  return table;
}
