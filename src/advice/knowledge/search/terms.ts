import { stemmer } from "stemmer";

/**
 * How text becomes terms, the same for documents and questions.
 *
 * - A name that is written together is a term of its own, and so are its parts: `db.rev` gives db_rev, db, rev;
 *   `MaxScanRows` gives maxscanrows, max, scan, row; `dm-CommitSubmit` gives dm_commitsubmit, dm, commit, submit.
 * - Words are lower-cased, freed of accents and reduced to their stem (Porter): `waiting`, `waits` give wait.
 * - Words that stand in every question ("why does the") are left out.
 */
export interface Term {
  readonly text: string;
  readonly kind: "name" | "part" | "word";
  /** As it stands in the text. */
  readonly written: string;
}

/** `net.keepalive.idle`, `server=3`, `clients/ada-ws`, `pull -l`'s `pull`; what joins the pieces of a name. */
const WORD = /[\p{L}\p{N}_]+(?:[.\-/:=@+][\p{L}\p{N}_]+)*/gu;
const JOINT = /[.\-/:=@+_]+/u;
/** Between `Max`, `Scan` and `Rows`; not within `P4LOG` or `I/O`. */
const HUMP = /(?<=\p{Ll})(?=\p{Lu})/u;
const LONGEST_TERM = 64;

const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be because been but by can could did do does doing down during each else
  ever every few for from further get gets getting go goes got had has have having he her here him his how i if in into is it
  its just let make may me might more most much must my no nor not of off on once one only or other our out over own please
  same see shall she should so some still such tell than that the their them then there these they this those through to too
  under until up upon us very was we were what when where whether which while who whom whose why will with within without
  would you your`.split(/\s+/),
);

export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const [written] of text.normalize("NFKC").matchAll(WORD)) terms.push(...termsOfWord(written));
  return terms;
}

/** Words repeat: cutting and stemming each once is ten times faster. Cleared when full, so that no text can fill memory. */
const known = new Map<string, readonly Term[]>();
const MOST_KNOWN = 50_000;

function termsOfWord(written: string): readonly Term[] {
  const before = known.get(written);
  if (before !== undefined) return before;
  const terms = cutWord(written);
  if (known.size >= MOST_KNOWN) known.clear();
  if (written.length <= LONGEST_TERM) known.set(written, terms);
  return terms;
}

/** The text of an index column. */
export function termText(text: string): string {
  return termsOf(text)
    .map((term) => term.text)
    .join(" ");
}

function cutWord(written: string): Term[] {
  const terms: Term[] = [];
  const pieces = written.split(JOINT).filter((piece) => piece !== "");
  const parts = pieces.flatMap((piece) => piece.split(HUMP));
  if (parts.length > 1) {
    const name = plain(pieces.join("_"));
    if (name.length <= LONGEST_TERM) terms.push({ text: name, kind: "name", written });
  }
  for (const part of parts) {
    const word = plain(part);
    if (word === "" || word.length > LONGEST_TERM || STOP_WORDS.has(word)) continue;
    terms.push({ text: stemmed(word), kind: parts.length > 1 ? "part" : "word", written: part });
  }
  return terms;
}

/** Lower case, no accents. */
function plain(word: string): string {
  return word
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase();
}

/** Porter's stem of an English word; what has a digit in it is no English word. */
function stemmed(word: string): string {
  return /^[a-z]+$/.test(word) ? stemmer(word) : word;
}
