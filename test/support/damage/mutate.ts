import fc from "fast-check";

/** One change of bytes. `at` and `from` are places in ten-thousandths of the length, so that edits fit any input. */
export interface Edit {
  readonly kind: "flip" | "cut" | "keep" | "insert" | "zero" | "repeat" | "move" | "splice" | "digits";
  readonly at: number;
  readonly from: number;
  readonly bytes: number;
  readonly times: number;
  readonly value: number;
}

/** Nothing may grow beyond this, whatever is repeated. */
const MOST_BYTES = 400_000;

const KINDS: readonly Edit["kind"][] = [
  ...(["flip", "cut", "keep", "insert", "zero"] as const),
  ...(["repeat", "move", "splice", "digits"] as const),
];

const PLACE = fc.integer({ min: 0, max: 10_000 });

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    at: PLACE,
    from: PLACE,
    bytes: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 2000 })),
    times: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2000 })),
    value: fc.integer({ min: 0, max: 255 }),
  }),
  { maxLength: 6 },
);

/** `other`: where splices come from. */
export function mutated(input: Buffer, other: Buffer, changes: readonly Edit[]): Buffer {
  return changes.reduce((bytes, edit) => applied(bytes, other, edit), input);
}

function applied(input: Buffer, other: Buffer, edit: Edit): Buffer {
  const { kind, bytes, times, value } = edit;
  const at = placeIn(input, edit.at);
  const piece = input.subarray(at, at + bytes);
  const behind = input.subarray(at + piece.length);
  const front = input.subarray(0, at);
  switch (kind) {
    case "flip":
      return Buffer.concat([front, piece.map((byte, i) => (i % 7 === 0 ? byte ^ (1 << (value & 7)) : byte)), behind]);
    case "cut":
      return Buffer.concat([front, behind]);
    case "keep":
      return front;
    case "insert":
      return Buffer.concat([front, Buffer.alloc(bytes, value), input.subarray(at)]);
    case "zero":
      return Buffer.concat([front, Buffer.alloc(piece.length), behind]);
    case "repeat":
      return Buffer.concat([front, repeated(piece, times), behind]);
    case "move":
      return Buffer.concat([input.subarray(placeIn(input, edit.from), at), behind, piece]);
    case "splice": {
      const from = placeIn(other, edit.from);
      return Buffer.concat([front, other.subarray(from, from + bytes), input.subarray(at)]);
    }
    case "digits":
      return Buffer.concat([front, Buffer.from(String(value).repeat(1 + (times % 12))), input.subarray(at)]);
  }
}

function placeIn(bytes: Buffer, tenThousandths: number): number {
  return Math.floor((bytes.length * tenThousandths) / 10_000);
}

function repeated(piece: Buffer, times: number): Buffer {
  const most = Math.max(1, Math.floor(MOST_BYTES / Math.max(1, piece.length)));
  return Buffer.concat(new Array<Buffer>(Math.min(times, most)).fill(piece));
}
