import { describe, expect, it } from "vitest";
import { brokerLogFormat, proxyLogFormat } from "../../../src/ingest/formats/companion-log/companion-log.js";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { accounted, parseWith, type Row } from "../recording-sink.js";

const brief = (rows: readonly Row[]) =>
  rows
    .filter(({ table }) => table === "syslog_line")
    .map(({ tag, class: name, time_s, pid, line_no }) => [tag, name, time_s, pid, line_no]);
const at = (clock: string) => Date.parse(`2025-05-14T${clock}Z`) / 1000;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

const SYNC = (clock: string, totals: string, faults = "0 MB 0") => `Perforce proxy info:
	2025/05/14 ${clock} pid 1867385 completed .921s
--- lapse .921s
--- usage 1+1us 0+32io 0+0net 7732k 0pf
--- rpc msgs/size in+out 5+5/0mb+0mb himarks 2000/2000 snd/rcv .000s/.002s
--- proxy faults ${faults} other 0 flushes 1 cached 0
--- proxytotals files/size svr+cache ${totals}
--- pdb.monitor
---   pages in+out+cached 7+4+3

`;
const error = (who: string, clock: string, text: string) =>
  `Perforce ${who} error:\n\tDate 2025/05/14 ${clock}:\n\tPid 77\n${text
    .split("\n")
    .map((line) => `\t${line}\n`)
    .join("")}\n`;

describe("the log of p4p", () => {
  it("keeps what was fetched, sums it by the minute, and leaves idle syncs out", async () => {
    const text =
      SYNC("00:08:26", "0+0/0B+0B") +
      SYNC("00:08:30", "1403+203/25.6M+254M", "1403 MB 25") +
      SYNC("00:08:59", "1+2/3mb+40mb");
    const { rows, outcome } = await parseWith(proxyLogFormat, text);
    expect(brief(rows)).toEqual([
      ["p4p", "proxy-faults", at("00:08:30"), 1867385, 16],
      ["p4p", "proxy-totals", at("00:08:30"), 1867385, 17],
      ["p4p", "proxy-totals", at("00:08:59"), 1867385, 27],
    ]);
    const sums = rows
      .filter(({ table }) => table === "measurement")
      .map(({ name, value, time_s }) => [name, value, time_s]);
    expect(sums).toEqual([
      ["server_files", 1404, at("00:08:00")],
      ["cache_files", 205, at("00:08:00")],
      ["server_bytes", Math.round(25.6 * 1024 ** 2) + 3 * 1024 ** 2, at("00:08:00")],
      ["cache_bytes", 294 * 1024 ** 2, at("00:08:00")],
    ]);
    expect(accounted(outcome)).toBe(text.length);
    expect(outcome.account.unknown).toBe(0);
    expect([outcome.firstS, outcome.lastS]).toEqual([at("00:08:26"), at("00:08:59")]);
  });

  it.each([
    ["write: /p4/cache/depot/a,d/1.gz: No space left on device", "cache-full"],
    ["Connect to server failed; check $P4TARGET.\nTCP connect to commit:1666 failed.", "upstream-lost"],
    ["Connection from unknown broken.\nPartner exited unexpectedly.", "client-lost"],
    ["TCP receive failed.\nread: socket: Connection reset by peer", "upstream-lost"],
    ["Perforce password (P4PASSWD) invalid or unset.", "auth-error"],
    ["open for write: /p4/cache/depot/a,d/1.gz: Permission denied", "cache-error"],
    ["Something new.", "proxy-error"],
  ])("says what %j is about", async (text, name) => {
    const { rows } = await parseWith(proxyLogFormat, error("proxy", "13:49:05", text));
    expect(brief(rows)).toEqual([["p4p", name, at("13:49:05"), 77, 4]]);
    expect(rows[0]?.text).toBe(text);
  });

  it("reads CRLF, a torn start and a torn end", async () => {
    const whole = SYNC("00:08:30", "3+0/25.6M+0B") + error("proxy", "13:49:05", "Connect to server failed.");
    const { rows, outcome } = await parseWith(proxyLogFormat, whole.slice(60, -2).replaceAll("\n", "\r\n"));
    expect(brief(rows).map(([, name]) => name)).toEqual(["proxy-totals", "upstream-lost"]);
    expect(rows.find((row) => row.class === "proxy-totals")?.time_s).toBeNull();
    expect(accounted(outcome)).toBe(whole.slice(60, -2).replaceAll("\n", "\r\n").length);
  });
});

describe("the log of p4broker", () => {
  it("keeps what a rule did and what went wrong", async () => {
    const text = `Perforce broker info:\n\t2025/05/14 10:00:00 pid 12 nina@nina_ws 10.1.2.3 [p4v/v93] 'user-obliterate //...' rejected\n\nPerforce broker info:\n\t2025/05/14 10:00:01 pid 13 nina@nina_ws 10.1.2.3 [p4v/v93] 'user-files' redirected to rep1\n\nPerforce broker info:\n\t2025/05/14 10:00:02 pid 14 nina@nina_ws 10.1.2.3 [p4v/v93] 'user-info'\n\n${error("broker", "10:00:03", "TCP connect to commit:1666 failed.")}`;
    const { rows } = await parseWith(brokerLogFormat, text);
    expect(brief(rows).map(([tag, name]) => [tag, name])).toEqual([
      ["p4broker", "broker-reject"],
      ["p4broker", "broker-redirect"],
      ["p4broker", "upstream-lost"],
    ]);
  });
});

describe("logs of three programs", () => {
  const p4d = "Perforce server info:\n\t2025/05/14 00:08:26 pid 12 nina@ws 10.1.2.3 [p4/v93] 'user-info'\n\n";
  it("are told apart, also when one quotes the other", () => {
    expect(recognise(bytes(SYNC("00:08:26", "1+2/3mb+40mb")), "log", FORMATS)?.id).toBe("proxy-log");
    expect(recognise(bytes(error("broker", "00:08:26", "x")), "p4d.log", FORMATS)?.id).toBe("broker-log");
    expect(recognise(bytes(p4d), "p4broker.log", FORMATS)?.id).toBe("p4log");
    expect(recognise(bytes(p4d + SYNC("00:08:26", "1+2/3mb+40mb")), "p4p.log", FORMATS)?.id).toBe("p4log");
  });
});
