/** A phase as plain loops over numbers: what a language without vectors is written from. */
import type { ElementwiseName } from '../../graph/index.js';

/** Some numbers in a row: `offset` entries into what the phase reads, keeps or writes. */
export interface Place {
  readonly array: { readonly kind: 'work' } | { readonly kind: 'carry' | 'sequence' | 'weight'; readonly name: string };
  readonly offset: number;
}

/** An expression at one index i of a loop. */
export type Formula =
  | { readonly kind: 'read'; readonly place: Place; readonly single: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'apply'; readonly name: ElementwiseName; readonly args: readonly Formula[] };

export type Statement = (
  | { readonly kind: 'each'; readonly width: number; readonly value: Formula }
  /** W x, with W [rows, columns]. */
  | {
      readonly kind: 'product';
      readonly weight: string;
      readonly from: Place;
      readonly rows: number;
      readonly columns: number;
    }
  | { readonly kind: 'sum' | 'logSumExp'; readonly from: Place; readonly width: number }
) & {
  readonly to: Place;
  /** The expression that it is part of, for whoever reads the code. */
  readonly description: string;
};

export interface Loops {
  readonly statements: readonly Statement[];
  /** Entries of the array that intermediate values share. */
  readonly work: number;
}
