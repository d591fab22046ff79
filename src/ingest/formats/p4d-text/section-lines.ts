import { isDigit, MINUS, SPACE, ZERO } from "./bytes.js";
import { USE } from "./columns.js";
import { LINE } from "./line-kinds.js";
import type { LineTable } from "./line-table.js";
import { LARGEST_FIGURE } from "./number-fields.js";
import type { UseRows } from "./open-command.js";

/** What a line of a section is, by its first letters and the place of its first figure. Everything else is left alone. */
export const SECTION_LINE = { none: 0, pages: 1, rows: 2, total: 3, max: 4, peek: 5 } as const;

/** Bytes from `---   ` to the first figure: `pages in+out+cached 1`, `locks read/write 4`, `total lock …write 1`, `peek count 2`. */
const LABEL = [0, 20, 17, 32, 30, 11];
const FIRST_COLUMN = [0, USE.pages_in, USE.read_locks, USE.total_read_wait_ms, USE.max_read_wait_ms, USE.peek_count];
const COLUMNS = [0, 3, 7, 4, 4, 5];

const P = 0x70;
const E = 0x65;
const L = 0x6c;
const R = 0x72;
const I = 0x69;
const T = 0x74;
const M = 0x6d;

/**
 * Reads the figures of one `---   ` line of a table section in the wording that p4d writes today into the last of `rows`,
 * which begins at `base`. Returns its kind, or `none` with nothing done: then it is read the long way. Nine lines of ten
 * of a log come through here, so this is one loop without a call: calls would cost three times what they do.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: see above
export function readSectionLine(table: LineTable, line: number, rows: UseRows, base: number): number {
  const { buf } = table;
  const end = table.ends[line] as number;
  const at = (table.starts[line] as number) + 6;
  const kind = kindOf(buf, at);
  let pos = at + (LABEL[kind] as number);
  if (kind === 0 || table.kinds[line] !== LINE.track || buf[at - 2] !== SPACE || pos >= end) return SECTION_LINE.none;
  if (buf[pos - 1] !== SPACE || !isDigit(buf[pos])) return SECTION_LINE.none;
  const { numbers } = rows;
  const first = base + (FIRST_COLUMN[kind] as number);
  const stop = first + (COLUMNS[kind] as number);
  let filled = rows.end;
  while (filled < first) numbers[filled++] = Number.NaN;
  for (let i = first; i < stop; i++) {
    let digit = 10;
    for (; pos < end; pos++) {
      digit = (buf[pos] as number) - ZERO;
      if (digit >= 0 && digit <= 9) break;
    }
    if (pos >= end) {
      numbers[i] = Number.NaN;
      continue;
    }
    const before = buf[pos - 1];
    let value = digit;
    const isNegative = before === MINUS && !isDigit(buf[pos - 2]);
    for (pos++; pos < end; pos++) {
      digit = (buf[pos] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (value > LARGEST_FIGURE) value = LARGEST_FIGURE;
    numbers[i] = isNegative ? -value : value;
  }
  if (stop > filled) filled = stop;
  rows.end = filled;
  return kind;
}

function kindOf(buf: Uint8Array, at: number): number {
  const letter = buf[at];
  if (letter === P) {
    if (buf[at + 1] === E) return SECTION_LINE.peek;
    return buf[at + 6] === I ? SECTION_LINE.pages : SECTION_LINE.none;
  }
  if (letter === L) return buf[at + 6] === R ? SECTION_LINE.rows : SECTION_LINE.none;
  if (letter === T) return SECTION_LINE.total;
  return letter === M ? SECTION_LINE.max : SECTION_LINE.none;
}
