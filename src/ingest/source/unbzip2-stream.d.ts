declare module "unbzip2-stream/lib/bzip2.js" {
  /** `bits(n)` gives n bits; `bits(null)` moves to the next byte boundary. */
  type Bits = (count: number | null) => number;
  const bzip2: {
    /** Reads `BZh1`..`BZh9`; answers 1 to 9. */
    header(bits: Bits): number;
    /** Decodes one block byte by byte into `out`; answers the running checksum, null behind the last block. */
    decompress(bits: Bits, out: (byte: number) => void, work: Int32Array, size: number, crc: number): number | null;
  };
  export default bzip2;
}

declare module "unbzip2-stream/lib/bit_iterator.js" {
  /** Reads bits from the buffers that `nextBuffer` hands over; throws a TypeError when it hands over none. */
  export default function bitIterator(
    nextBuffer: () => Uint8Array | undefined,
  ): ((count: number | null) => number) & { readonly bytesRead: number };
}
