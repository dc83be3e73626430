import type { SharedLayout } from './constants.js';
import type { Placed } from './layout.js';
import { locate, locationKey } from './locate.js';
import { operandsOf, printOperand } from './tape.js';
import { type Target, tileStride, unitBytes } from './target.js';

/**
 * Refuses a placed tape of which an operand lies outside its region: an executor does not look where it reads and writes.
 * @throws Error naming the operand.
 */
export function verifyPlacement(placed: Placed, shared: SharedLayout, target: Target): void {
  const { tape, layout, shape } = placed;
  if (shape.steps === 0) return;
  const limits = {
    absolute: shared.bytes,
    tile: layout.tileBytes,
    workspace: layout.workBytes,
    segment: layout.workBytes,
  };
  const seen = new Set<string>();
  for (const [phase, part] of tape.phases.entries())
    for (const operand of operandsOf(part)) {
      if (seen.has(locationKey(operand))) continue;
      seen.add(locationKey(operand));
      const { place, start } = operand;
      const { region, offset, stepBytes, slotBytes } = locate(operand, phase, placed, shared, target);
      const units = place.kind === 'constant' ? 1 : place.width;
      const whole = region === 'absolute' ? units * unitBytes(target) : tileStride(units, layout.tileRows, target);
      const steps = region === 'segment' ? layout.segments!.steps : shape.steps;
      const moves = Math.max(0, steps - 1) * stepBytes + (layout.blockSteps - 1) * slotBytes;
      const end = offset + moves + whole - start * unitBytes(target);
      if (!(offset >= 0 && end <= limits[region]))
        throw new Error(`malformed layout: ${printOperand(operand)} ends at byte ${end} of ${limits[region]}`);
    }
}
