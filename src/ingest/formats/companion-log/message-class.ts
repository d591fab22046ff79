/** What a message of p4p or p4broker is about; kept as `syslog_line.class`. */
export type CompanionClass =
  | "proxy-totals"
  | "proxy-faults"
  | "proxy-error"
  | "proxy-start"
  | "broker-reject"
  | "broker-redirect"
  | "broker-error"
  | "broker-start"
  | "cache-full"
  | "cache-error"
  | "upstream-lost"
  | "client-lost"
  | "auth-error";

/** In order: the first that matches names the message. */
const ERRORS: readonly (readonly [CompanionClass, RegExp])[] = [
  // write: /p4/cache/depot/a,d/1.gz: No space left on device      The filesystem 'P4ROOT' has only 12M free, but ...
  ["cache-full", /no space left on device|disk quota exceeded|the filesystem .{1,200} has only /i],
  // Connect to server failed; check $P4TARGET.      TCP connect to commit:1666 failed.      connect: commit:1666: Connection refused
  [
    "upstream-lost",
    /connect to server failed|(?:TCP|SSL) connect to .{1,200} failed|connect: .{1,200}: |unable to resolve/i,
  ],
  // Connection from 10.1.2.3:51234 broken.      Partner exited unexpectedly.      TCP receive failed.
  ["client-lost", /connection from .{1,200} (?:broken|closed)|partner exited unexpectedly/i],
  ["upstream-lost", /(?:TCP|SSL) (?:receive|send|read|write) failed|connection reset by peer|rpctransport: /i],
  // Perforce password (P4PASSWD) invalid or unset.      Your session has expired, please login again.
  ["auth-error", /P4PASSWD|session has expired|ticket .{0,80}(?:expired|invalid)|authentication .{0,80}failed/i],
  // open for write: /p4/cache/depot/a,d/1.gz: Permission denied      rename: …      unlink: …      MD5 of cached file …
  [
    "cache-error",
    /open for (?:read|write)|(?:rename|unlink|mkdir|chmod|write|fsync): \S|corrupted during transfer|cache/i,
  ],
];

/** Of a broker's messages, errors or not. */
const RULES: readonly (readonly [CompanionClass, RegExp])[] = [
  // Command 'obliterate' rejected by rule.      Request refused: …      … is not allowed …
  ["broker-reject", /\breject(?:ed|ing|s)?\b|\brefus(?:ed|ing)\b|\bnot allowed\b|\bnot permitted\b|\bdisallowed\b/i],
  // redirecting user-files to replica      redirected command to rep1
  ["broker-redirect", /\bredirect(?:ed|ing|s|ion)?\b/i],
];

export function errorClass(program: "proxy" | "broker", text: string): CompanionClass {
  const head = text.slice(0, 2000);
  for (const [name, pattern] of ERRORS) if (pattern.test(head)) return name;
  return (program === "broker" ? ruleClass(head) : null) ?? `${program}-error`;
}

/** What a rule of the broker did to a command, null where the text speaks of none. */
export function ruleClass(text: string): CompanionClass | null {
  for (const [name, pattern] of RULES) if (pattern.test(text.slice(0, 2000))) return name;
  return null;
}
