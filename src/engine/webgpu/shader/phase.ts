/**
 * One phase of a tape → one compute shader. A workgroup takes a tile of rows through a chunk of steps: thread (r, lane) has the units lane,
 * lane + lanes, … of row r in registers, and the carries stay there from step to step. Control flow around barriers is uniform: it depends on
 * the dispatch's numbers alone.
 */

import type { Place, TapePhase } from '../../tape/tape.js';
import { keyOf } from '../../tape/tape.js';
import { type Layout, operandsOf, type PhaseLayout, widthOf } from '../layout.js';
import { runStruct, storageBindings } from './bindings.js';
import { crossedPlaces } from './crossing.js';
import { functionsFor } from './functions.js';
import { OperationWriter } from './operations.js';
import { Places } from './places.js';

/** @param index position of the phase in the tape. */
export function phaseShader(layout: Layout, phase: PhaseLayout, index: number): string {
  const { part, lanes, tileRows } = phase;
  const widest = Math.max(
    1,
    ...part.operations.flatMap((op) => [op.width, ...operandsOf(op).map(({ place }) => widthOf(place))]),
  );
  const places = new Places(layout, phase, widest);
  const crossed = crossedPlaces(part);
  const writer = new OperationWriter(layout, phase, index, places, crossed);
  for (const at of part.operations.keys()) writer.write(at);
  const steps = writer.end();

  const declared = localsOf(part).flatMap((place) =>
    places.units(widthOf(place), 0).map(({ turn }) => `    var ${places.register(place, turn)} = 0.0f;`),
  );
  const entering: string[] = [];
  const leaving: string[] = [];
  for (const place of carriesOf(part)) {
    const written = part.operations.some((op) => 'out' in op && keyOf(op.out.place) === keyOf(place));
    for (const { at, turn, guard } of places.units(place.width, 0)) {
      const register = places.register(place, turn);
      const copy = crossed.has(keyOf(place)) ? ` ${places.tile(place, at)} = ${register};` : '';
      entering.push(`  var ${register} = 0.0f;`, `  ${guard}{ ${register} = ${places.carry(place.name, at)};${copy} }`);
      if (written) leaving.push(`  if (live) { ${guard}{ ${places.carry(place.name, at)} = ${register}; } }`);
    }
  }
  const body = [...declared, ...steps].join('\n');
  const loop =
    part.kind === 'once'
      ? `  { let step = 0u;\n${body}\n  }`
      : `  for (var visit = 0u; visit < job.count; visit++) {\n    let step = ${
          part.reverse ? 'job.first + job.count - 1u - visit' : 'job.first + visit'
        };\n${body}\n  }`;
  return `struct Job { first: u32, count: u32, base: u32, unused: u32 }
@group(0) @binding(0) var<uniform> job: Job;${runStruct}${storageBindings(layout.sharedWords)}
var<workgroup> tile: array<f32, ${Math.max(1, places.tileWords)}>;
${functionsFor(body)}
@compute @workgroup_size(${lanes * tileRows}) fn main(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
  let lane = index % ${lanes}u;
  let r = index / ${lanes}u;
  let live = group.x * ${tileRows}u + r < ${layout.rows}u;
  let row = min(group.x * ${tileRows}u + r, ${layout.rows - 1}u);
${entering.join('\n')}
  workgroupBarrier();
${loop}
${leaving.join('\n')}
}
`;
}

/** Places that live in registers for one step. */
function localsOf(part: TapePhase): Place[] {
  const found = new Map<string, Place>();
  for (const operation of part.operations)
    if ('out' in operation && operation.out.place.kind !== 'carry')
      found.set(keyOf(operation.out.place), operation.out.place);
  return [...found.values()];
}

function carriesOf(part: TapePhase): (Place & { readonly kind: 'carry' })[] {
  const found = new Map<string, Place & { readonly kind: 'carry' }>();
  for (const operation of part.operations)
    for (const { place } of operandsOf(operation))
      if (place.kind === 'carry') found.set(place.name, { ...place, kind: 'carry' });
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
