/** Where an operand of a placed tape lies. */
import type { SharedLayout } from './constants.js';
import type { Placed } from './layout.js';
import { keyOf, type Operand } from './tape.js';
import { type Target, tileStride, unitBytes } from './target.js';

/**
 * `absolute`: from the start of the shared region. `tile`: of a tile's block. `workspace`: of a worker's workspace. `segment`: there
 * too, and steps count from the segment's first.
 */
export type Region = 'workspace' | 'tile' | 'absolute' | 'segment';

export interface Location {
  readonly region: Region;
  /** Bytes from the region's start, and from step to step and from one place in a block of steps to the next. */
  readonly offset: number;
  readonly stepBytes: number;
  readonly slotBytes: number;
}

/** Operands of one key have one location. */
export function locationKey({ place, start }: Operand): string {
  return `${keyOf(place)} +${start}`;
}

/** @param phase position of the operand's phase in the tape. */
export function locate(
  { place, start }: Operand,
  phase: number,
  { layout }: Pick<Placed, 'layout'>,
  shared: SharedLayout,
  target: Target,
): Location {
  const still = { stepBytes: 0, slotBytes: 0 };
  const shift = start * unitBytes(target);
  const bytesOf = (width: number) => tileStride(width, layout.tileRows, target);
  switch (place.kind) {
    case 'constant':
      return { region: 'absolute', offset: shared.constants.get(place.value)!, ...still };
    case 'vector':
      return { region: 'absolute', offset: shared.vectors.get(place.name)!.offset + shift, ...still };
    case 'temporary':
      return { region: 'workspace', offset: layout.temporaries[phase]!.get(place.id)! + shift, ...still };
    case 'carry':
      return { region: 'workspace', offset: layout.workOffsets.get(`carry:${place.name}`)! + shift, ...still };
    case 'slot': {
      const offset = layout.workOffsets.get(`slot:${place.id}`)! + shift;
      return { region: 'workspace', offset, stepBytes: 0, slotBytes: bytesOf(place.width) };
    }
    case 'sequence': {
      const handed = layout.tileOffsets.get(place.name);
      if (handed !== undefined) return { region: 'tile', offset: handed, ...still };
      const stepBytes = bytesOf(place.width);
      const inTile = layout.tileOffsets.get(`sequence:${place.name}`);
      if (inTile !== undefined) return { region: 'tile', offset: inTile + shift, stepBytes, slotBytes: 0 };
      const offset = layout.workOffsets.get(`sequence:${place.name}`)! + shift;
      const within = layout.segments?.sequences.has(place.name) ? 'segment' : 'workspace';
      return { region: within, offset, stepBytes, slotBytes: 0 };
    }
  }
}
