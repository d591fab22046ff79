/** Values of an episode, found by party, in the order they were given in. */
export class ByParty<T> {
  private readonly places = new Map<number, number[]>();

  constructor(
    private readonly values: readonly T[],
    partyOf: (value: T) => number,
  ) {
    values.forEach((value, place) => {
      const known = this.places.get(partyOf(value));
      if (known === undefined) this.places.set(partyOf(value), [place]);
      else known.push(place);
    });
  }

  /** Those of several parties. */
  of(parties: Iterable<number>): T[] {
    const places: number[] = [];
    for (const party of parties) for (const place of this.places.get(party) ?? []) places.push(place);
    places.sort((a, b) => a - b);
    return places.map((place) => this.values[place] as T);
  }
}
