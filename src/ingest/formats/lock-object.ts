/** `87,d`: the bucket that p4d puts between the class of a named lock and its object. */
const BUCKET = /^\d+,d$/;

/** Classes whose objects may stand without a bucket, as in `server.locks/meta/db`. */
const PLAIN_CLASSES = new Set(["meta", "storageup", "replica"]);

/**
 * p4d's own name for what a path locks, as track output prints it: db.rev, rdb.lbr, storage, meta/db, clients/NAME,
 * clientEntity/NAME. Null for anything else (the log, the journal, files of other programs). server.locks can lie
 * elsewhere (server.locks.dir), so the bucket is a sign as good as the folder's name.
 */
export function lockObjectOf(path: string): string | null {
  const parts = path
    .replace(/ \(deleted\)$/, "")
    .split("/")
    .filter((part) => part !== "");
  const base = parts.at(-1) ?? "";
  if (/^(db\.[A-Za-z]|rdb\.lbr$|storage)/.test(base) && parts.at(-2) !== "storageup") return base; // db.have, storagesx
  const locks = parts.lastIndexOf("server.locks");
  if (locks >= 0 && parts.length > locks + 2) {
    return named(parts.slice(locks + 1).filter((part) => !BUCKET.test(part)));
  }
  const bucket = parts.findIndex((part) => BUCKET.test(part));
  if (bucket > 0 && bucket < parts.length - 1) return named([parts[bucket - 1] ?? "", ...parts.slice(bucket + 1)]);
  const kind = parts.at(-2) ?? "";
  return PLAIN_CLASSES.has(kind) ? named([kind, base]) : null;
}

function named(parts: readonly string[]): string {
  return decodePercent(parts.join("/"));
}

/** `184%2E51` is `184.51`: p4d writes awkward characters of names this way. Broken codes stay as they are. */
function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (codes) =>
    Buffer.from(codes.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
