/** Ways in which files get damaged, drawn by fast-check. */
import fc from 'fast-check';

export type Mutation = (bytes: Uint8Array) => Uint8Array;

const splice = (bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array => {
  const start = at % (bytes.length + 1);
  const end = Math.min(bytes.length, start + remove);
  const result = new Uint8Array(bytes.length - (end - start) + insert.length);
  result.set(bytes.subarray(0, start));
  result.set(insert, start);
  result.set(bytes.subarray(end), start + insert.length);
  return result;
};

const place = fc.nat(2 ** 20);

export const truncation = place.map(
  (at): Mutation =>
    (bytes) =>
      bytes.slice(0, at % (bytes.length + 1)),
);
const flip = fc.tuple(place, fc.nat(7)).map(
  ([at, bit]): Mutation =>
    (bytes) => {
      const result = bytes.slice();
      if (result.length > 0) result[at % result.length]! ^= 1 << bit;
      return result;
    },
);
const deletion = fc.tuple(place, fc.integer({ min: 1, max: 12 })).map(
  ([at, count]): Mutation =>
    (bytes) =>
      splice(bytes, at, count, new Uint8Array(0)),
);
const insertion = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(
  ([at, inserted]): Mutation =>
    (bytes) =>
      splice(bytes, at, 0, inserted),
);
/** A size field that claims a lot. */
const hugeSize = fc
  .tuple(
    place,
    fc.constantFrom(
      [255, 255, 255, 255],
      [255, 255, 255, 127],
      [0, 0, 0, 128],
      [255, 255, 255, 255, 255, 255, 255, 127],
    ),
  )
  .map(
    ([at, claim]): Mutation =>
      (bytes) =>
        splice(bytes, at, claim.length, Uint8Array.from(claim)).slice(0, bytes.length),
  );
/** A part of the file written over another. */
const copied = fc.tuple(place, place, fc.integer({ min: 1, max: 24 })).map(
  ([from, to, count]): Mutation =>
    (bytes) => {
      const start = from % (bytes.length + 1);
      return splice(bytes, to, count, bytes.subarray(start, start + count));
    },
);

const binary = fc.oneof(truncation, flip, flip, deletion, insertion, hugeSize, copied);

const edit =
  (change: (text: string) => string): Mutation =>
  (bytes) =>
    new TextEncoder().encode(change(new TextDecoder().decode(bytes)));

/** Characters that mean something in text formats. */
const marks = fc.constantFrom(...',;\t\n\r"\'.-+eE:@{}[]?#&*!|>0123456789 x_'.split(''));
const textInsertion = fc.tuple(place, marks).map(
  ([at, mark]): Mutation =>
    edit((text) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + mark + text.slice(start);
    }),
);
const textReplacement = fc.tuple(place, marks).map(
  ([at, mark]): Mutation =>
    edit((text) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + mark + text.slice(start + 1);
    }),
);
/** Two fields of one line change places. */
const swappedFields = fc.tuple(place, place, place).map(
  ([line, first, second]): Mutation =>
    edit((text) => {
      const lines = text.split('\n');
      const at = line % lines.length;
      const fields = lines[at]!.split(',');
      const one = first % fields.length;
      const other = second % fields.length;
      [fields[one], fields[other]] = [fields[other]!, fields[one]!];
      lines[at] = fields.join(',');
      return lines.join('\n');
    }),
);
const repeatedLine = fc.tuple(place, place).map(
  ([from, to]): Mutation =>
    edit((text) => {
      const lines = text.split('\n');
      lines.splice(to % lines.length, 0, lines[from % lines.length]!);
      return lines.join('\n');
    }),
);

const textual = fc.oneof(
  truncation,
  flip,
  deletion,
  insertion,
  copied,
  textInsertion,
  textReplacement,
  swappedFields,
  repeatedLine,
);

const several = (one: fc.Arbitrary<Mutation>) =>
  fc.array(one, { minLength: 1, maxLength: 3 }).map(
    (mutations): Mutation =>
      (bytes) =>
        mutations.reduce((damaged, mutate) => mutate(damaged), bytes),
  );

export const binaryMutation = several(binary);
export const textMutation = several(textual);
