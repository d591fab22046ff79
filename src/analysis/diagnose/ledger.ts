import { shorten } from "../../base/printable.js";
import type { Evidence } from "../../contracts/analysis.js";
import type { CaseReader } from "../../contracts/case-reader.js";
import type { DocumentHelpers } from "../../contracts/incident-draft.js";
import type { EvidenceRef } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";

/** A log line may be 10,000 characters long; the place says where the rest is. */
const LINE_LIMIT = 1000;

/** The numbered evidence of one incident: every fact once, in the order in which it was first used. */
export class EvidenceLedger {
  private readonly entries: Evidence[] = [];
  private readonly idOf = new Map<string, string>();

  constructor(
    private readonly reader: CaseReader,
    private readonly helpers: DocumentHelpers,
  ) {}

  /** The id of a fact, new or known. */
  cite(fact: Fact): string {
    const key = `${place(fact.ref)} ${fact.text}`;
    const known = this.idOf.get(key);
    if (known !== undefined) return known;
    const id = `E${this.entries.length + 1}`;
    this.entries.push({
      id,
      fact: fact.text,
      value: fact.value,
      unit: fact.unit,
      source: {
        input: this.helpers.inputIdOf(fact.ref),
        line: fact.ref.lineNo,
        byteOffset: fact.ref.byteOffset,
        text: shorten(this.reader.lineText(fact.ref) ?? "", LINE_LIMIT),
      },
    });
    this.idOf.set(key, id);
    return id;
  }

  citeAll(facts: readonly Fact[]): string[] {
    return [...new Set(facts.map((one) => this.cite(one)))];
  }

  list(): Evidence[] {
    return [...this.entries];
  }
}

function place(ref: EvidenceRef): string {
  return `${ref.sourceId}:${ref.lineNo}:${ref.byteOffset}`;
}
