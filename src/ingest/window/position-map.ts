interface Stretch {
  readonly givenLine: number;
  readonly givenByte: number;
  readonly realLine: number;
  readonly realByte: number;
}

/** Where the lines of a parser that sees only parts of a file really stand in it. */
export class PositionMap {
  private readonly stretches: Stretch[] = [];
  private givenLine = 1;
  private givenByte = 0;
  private nextRealByte = 0;

  /** The parser gets `byteLength` bytes with `newlines` newlines that stand at this place of the file. */
  give(realLine: number, realByte: number, byteLength: number, newlines: number): void {
    if (this.stretches.length === 0 || realByte !== this.nextRealByte) {
      this.stretches.push({ givenLine: this.givenLine, givenByte: this.givenByte, realLine, realByte });
    }
    this.givenLine += newlines;
    this.givenByte += byteLength;
    this.nextRealByte = realByte + byteLength;
  }

  realLine(givenLine: number): number {
    const stretch = this.find((candidate) => candidate.givenLine <= givenLine);
    return stretch === null ? givenLine : givenLine - stretch.givenLine + stretch.realLine;
  }

  realByte(givenByte: number): number {
    const stretch = this.find((candidate) => candidate.givenByte <= givenByte);
    return stretch === null ? givenByte : givenByte - stretch.givenByte + stretch.realByte;
  }

  /** The last stretch that begins at or before; they lie in order. */
  private find(before: (stretch: Stretch) => boolean): Stretch | null {
    let low = 0;
    let high = this.stretches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const stretch = this.stretches[middle];
      if (stretch !== undefined && before(stretch)) low = middle + 1;
      else high = middle;
    }
    return this.stretches[low - 1] ?? null;
  }
}
