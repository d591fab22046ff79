import { closeSync, openSync, writeSync } from "node:fs";

const BLOCK = "Perforce server info:\n\t";

/** A P4LOG of about `megabytes`: one quick command after the other, one second each, nothing wrong. */
export function writeLongLog(path: string, megabytes: number): void {
  const file = openSync(path, "w");
  let text = "";
  for (let n = 0, written = 0; written < megabytes * 1e6; n++) {
    const before = text.length;
    text += command(n);
    written += text.length - before;
    if (text.length > 1e6) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
}

function command(n: number): string {
  const time = new Date(Date.UTC(2024, 2, 5) + n * 100)
    .toISOString()
    .slice(0, 19)
    .replace("T", " ")
    .replaceAll("-", "/");
  const pid = 1000 + n;
  const who = `${time} pid ${pid} ida@ida_ws 10.0.0.9 [p4/v90] 'user-sync //depot/area${n}/...'`;
  return [
    `${BLOCK}${who}`,
    `${BLOCK}${time} pid ${pid} completed .012s 4+1us 0+8io 0+0net 4096k 0pf`,
    `${BLOCK}${who}`,
    "--- lapse .012s",
    "--- db.have",
    "---   pages in+out+cached 5+0+3",
    "---   locks read/write 1/0 rows get+pos+scan put+del 0+1+20 0+0",
    "",
  ].join("\n");
}
