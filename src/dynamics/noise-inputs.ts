/** η, the noise inputs of one step, standardised: a unit vector of them moves one draw by its standard deviation. */
import { drawsOf, momentsOf, noiseInputName, type Program } from '../program/index.js';

export interface NoiseInputs {
  readonly streams: readonly { readonly stream: number; readonly width: number; readonly deviation: number }[];
  /** How many inputs there are. */
  readonly size: number;
}

export function noiseInputsOf(program: Program): NoiseInputs {
  const streams = drawsOf(program).map((leaf) => ({
    stream: leaf.attributes.stream,
    width: leaf.shape[0]!,
    deviation: Math.sqrt(momentsOf(leaf).variance),
  }));
  return { streams, size: streams.reduce((total, { width }) => total + width, 0) };
}

/** The unit vectors of all inputs as the sequences `noiseInputName(stream)`: one a row from row `first` on, others zero. */
export function unitNoise({ streams }: NoiseInputs, first: number, rows: number): Record<string, Float64Array> {
  const directions: Record<string, Float64Array> = {};
  let row = first;
  for (const { stream, width, deviation } of streams) {
    const values = new Float64Array(rows * width);
    for (let unit = 0; unit < width; unit++, row++) values[row * width + unit] = deviation;
    directions[noiseInputName(stream)] = values;
  }
  return directions;
}
