/**
 * Which field of a record is what. p4d's own answer is `p4 logschema -a`; where the evidence has it, it counts. Else:
 * the prefix and the errors are documented; 2 has lapse and reason behind it, 11 type and lapse at its end (2020.1
 * notes); the order of 7, 8 and 9 is UNCONFIRMED and taken from the text log, and a record of another length is left.
 */

/** Event types that are read. */
export const EVENT = {
  commandStart: 0,
  computeEnd: 1,
  commandEnd: 2,
  anyError: 3,
  error: 4,
  fatalError: 5,
  usage: 7,
  network: 8,
  database: 9,
  trigger: 11,
  serverEvent: 12,
} as const;

const PREFIX = ["eventtype", "timestamp", "timestamp2", "date", "pid", "cmdno", "user", "client", "func"].concat([
  "host",
  "prog",
  "version",
  "args",
]);
/** 2020.1 put two fields in front of cmdno, 2022.2 one behind args. */
const WITH_IDENT = [...PREFIX.slice(0, 5), "cmdident", "serverid", ...PREFIX.slice(5)];
const WITH_GROUP = [...WITH_IDENT, "cmdgroup"];

const ERROR_TAIL = ["severity", "subsys", "subcode", "text"];
const USAGE_TAIL = ["utime", "stime", "ioin", "ioout", "netin", "netout", "maxrss", "pagefaults"];
const NETWORK_TAIL = ["msgsin", "msgsout", "sizein", "sizeout", "himarkfwd", "himarkrev", "snd", "rcv"];
const PAGES = ["table", "pagesin", "pagesout", "pagescached"];
const SPLITS = ["splitinternal", "splitleaf"];
const LOCKS = ["readlocks", "writelocks", "getrows", "posrows", "scanrows", "putrows", "delrows"].concat(
  ["totalreadwait", "totalreadheld", "totalwritewait", "totalwriteheld"],
  ["maxreadwait", "maxreadheld", "maxwritewait", "maxwriteheld"],
  ["peekcount", "totalpeekwait", "totalpeekheld", "maxpeekwait", "maxpeekheld"],
);
const DATABASE_TAILS = [
  [...PAGES, ...LOCKS],
  [...PAGES, ...SPLITS, ...LOCKS],
];

/** Field names by `TYPE.VERSION`, as `p4 logschema` told them; shared by all files of one ingest. */
export type LogSchemas = Map<string, readonly string[]>;

/** Names of the fields of a record, null when its layout is not known. */
export function layoutOf(
  type: number,
  version: number,
  length: number,
  known: LogSchemas | undefined,
): string[] | null {
  const told = known?.get(`${type}.${version}`);
  if (told !== undefined && told.length === length) return told.map(plainName);
  const prefix = version >= 55 ? WITH_GROUP : version >= 50 ? WITH_IDENT : PREFIX;
  if (length < prefix.length) return null;
  const tail = tailOf(type, length - prefix.length);
  return tail === null ? null : [...prefix, ...tail];
}

function tailOf(type: number, length: number): readonly string[] | null {
  if (type >= EVENT.anyError && type <= EVENT.fatalError) return length >= 4 ? ERROR_TAIL : null;
  if (type === EVENT.usage) return length >= USAGE_TAIL.length ? USAGE_TAIL : null;
  if (type === EVENT.network) return length >= NETWORK_TAIL.length ? NETWORK_TAIL : null;
  if (type === EVENT.database) return DATABASE_TAILS.find((tail) => tail.length === length) ?? null;
  if (type === EVENT.computeEnd || type === EVENT.commandEnd) return ["lapse", "reason"];
  if (type === EVENT.trigger) {
    // NAME … TYPE LAPSE: what stands between the two differs by version.
    if (length < 3) return ["trigger"];
    return ["trigger", ...Array.from({ length: length - 3 }, () => "detail"), "triggertype", "lapse"];
  }
  return [];
}

/** Other words for the same field, in names without `f_` and underscores. */
const ALIASES: Readonly<Record<string, string>> = {
  dbname: "table",
  db: "table",
  dbtable: "table",
  tablename: "table",
  triggername: "trigger",
  name: "trigger",
  gets: "getrows",
  positions: "posrows",
  scans: "scanrows",
  puts: "putrows",
  deletes: "delrows",
  reorderintl: "reorderinternal",
  userusage: "utime",
  systemusage: "stime",
  usertime: "utime",
  systemtime: "stime",
};

/** `f_max_rd_wait` and `f_maxReadWait` are `maxreadwait`. */
function plainName(name: string): string {
  const bare = name.toLowerCase().replace(/^f_/, "").replaceAll("_", "");
  const long = bare
    .replace(/^rpc(?=msgs|size|himark|snd|rcv)/, "")
    .replace(/^(total|max)?(?:rd|read)(wait|held)$/, (_, sum = "total", what) => `${sum}read${what}`)
    .replace(/^(total|max)?(?:wr|write)(wait|held)$/, (_, sum = "total", what) => `${sum}write${what}`);
  return ALIASES[long] ?? long;
}
