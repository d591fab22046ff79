import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  barePath,
  COLLECTOR,
  collect,
  dropHost,
  fake,
  type Host,
  leftovers,
  logOf,
  makeHost,
  manifestOf,
  stepState,
  unpack,
} from "./fake-host.js";

vi.setConfig({ testTimeout: 60_000 });

const NOON = Date.UTC(2024, 2, 5, 12);
const SHELLS = ["dash", "bash"].filter((name) => ["/bin", "/usr/bin"].some((folder) => existsSync(join(folder, name))));
const available = (name: string) => ["/bin", "/usr/bin"].some((folder) => existsSync(join(folder, name)));

let host: Host;
beforeEach(() => {
  host = makeHost();
});
afterEach(() => dropHost(host));

function writeLog(text: string): string {
  mkdirSync(join(host.dir, "p4 root"));
  const path = join(host.dir, "p4 root", "log");
  writeFileSync(path, text);
  return path;
}
const archive = () => unpack(readFileSync(host.out));

describe.each(SHELLS)("under %s", (shell) => {
  it("puts log, captures and a manifest into one private archive and leaves everything else alone", async () => {
    const log = writeLog(logOf(NOON, 5));
    const before = statSync(log);
    const run = await collect(host, ["--log", log, "--port", "p4:1666", "--user", "super"], { shell });

    expect(run.code).toBe(0);
    expect(run.stdout.split("\n").at(-1)).toBe(host.out);
    expect(lstatSync(host.out).mode & 0o777).toBe(0o600);
    expect(leftovers(host)).toEqual([]);
    expect(readdirSync(join(host.dir, "p4 root"))).toEqual(["log"]);
    expect(statSync(log).mtimeMs).toBe(before.mtimeMs);

    const files = await archive();
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(
        ["1", "2"].flatMap((n) => ["lslocks", "monitor", "lsof", "ps"].map((kind) => `captures/${kind}-${n}.txt`)),
      ),
    );
    expect(files.get("captures/monitor-1.txt")?.toString()).toMatch(
      /^# taken \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n# command: p4 -p p4:1666 -u super monitor show -ale\nfake p4: -p p4:1666 -u super monitor show -ale\n$/,
    );
    const manifest = manifestOf(files);
    expect(manifest[0]).toBe("p4rca-collect manifest 1");
    for (const key of ["started", "finished", "zone", "host", "hours", "user", "version"]) {
      expect(manifest.filter((line) => line.startsWith(`${key}: `))).toHaveLength(1);
    }
    expect(manifest.find((line) => line.startsWith("zone: "))).toMatch(/^zone: [+-]\d\d:\d\d$/);
    for (const line of manifest.filter((text) => text.startsWith("step: "))) {
      expect(line).toMatch(/^step: [\w-]+ (ok|failed:\d+|timeout|skipped:[\w.-]+) \d+ \S+$/);
    }
    expect(stepState(files, "log")).toBe("ok");
  });

  it("ends although every p4 command hangs and ignores SIGTERM", async () => {
    fake(host, "p4", "trap '' TERM\nwhile :; do sleep 1; done");
    const run = await collect(host, ["--log", writeLog(logOf(NOON, 5)), "--timeout", "1"], { shell });
    expect(run.code).toBe(0);
    const files = await archive();
    for (const step of ["monitor-1", "info", "configure", "monitor-2"]) expect(stepState(files, step)).toBe("timeout");
    expect(stepState(files, "lslocks-1")).toBe("ok");
  });

  it("keeps its limits without timeout(1), too", async () => {
    fake(host, "p4", "echo partial\nwhile :; do sleep 1; done");
    const path = barePath(host, ["timeout"]);
    const run = await collect(host, ["--log", writeLog(logOf(NOON, 5)), "--timeout", "1"], { shell, path });
    expect(run.code).toBe(0);
    const files = await archive();
    expect(stepState(files, "monitor-1")).toBe("timeout");
    expect(files.get("captures/monitor-1.txt")?.toString()).toContain("partial");
  });

  it("cuts the log at the start of a record near the beginning of the window", async () => {
    const text = logOf(NOON, 600, 2000); // ten hours
    const run = await collect(host, ["--log", writeLog(text), "--hours", "2"], { shell });
    expect(run.code).toBe(0);
    const kept = await logPart("log.gz");
    expect(text.endsWith(kept)).toBe(true);
    expect(kept.startsWith("Perforce server info:\n")).toBe(true);
    expect(kept).toContain("2024/03/05 20:00:00 pid 5480 ");
    expect(kept).not.toContain("pid 5400 ");
  });
});

async function logPart(name: string): Promise<string> {
  const part = (await archive()).get(`logs/${name}`);
  return part === undefined ? "(absent)" : gunzipSync(part).toString();
}

describe("the log window", () => {
  async function rotated(): Promise<string> {
    const hour = 3_600_000;
    const log = writeLog(logOf(NOON + 5 * hour, 60));
    const older = [
      [`${log}.1`, logOf(NOON + 3 * hour, 120), 5],
      [`${log}.2024-03-05.gz`, gzipSync(logOf(NOON + hour, 120)), 3],
      [`${log}.old.gz`, gzipSync(logOf(NOON - hour, 120)), 1],
    ] as const;
    for (const [path, content, hours] of older) {
      writeFileSync(path, content);
      utimesSync(path, NOON / 1000 + hours * 3600, NOON / 1000 + hours * 3600);
    }
    return log;
  }

  it("reaches back into rotated parts until one begins before it", async () => {
    await collect(host, ["--log", await rotated(), "--hours", "4"]);
    const logs = [...(await archive()).keys()].filter((name) => name.startsWith("logs/")).sort();
    expect(logs).toEqual(["logs/log.1.gz", "logs/log.2024-03-05.gz", "logs/log.gz"]);
  });

  it("does not follow links among the rotated parts, nor choke on their names", async () => {
    const log = await rotated();
    const secret = join(host.dir, "secret");
    writeFileSync(secret, logOf(NOON, 1));
    symlinkSync(secret, `${log}.0`);
    writeFileSync(`${log}.\u001b[2J\n; touch pwned`, logOf(NOON + 4 * 3_600_000, 1));
    const run = await collect(host, ["--log", log, "--hours", "4"]);
    expect(run.code).toBe(0);
    const names = [...(await archive()).keys()];
    expect(names).not.toContain("logs/log.0.gz");
    expect(names.every((name) => /^[\w./-]+$/.test(name))).toBe(true);
    expect(existsSync(join(host.dir, "pwned"))).toBe(false);
  });

  it("keeps the newest part when the window is larger than the limit", async () => {
    const text = logOf(NOON, 1000, 2000);
    await collect(host, ["--log", writeLog(text), "--hours", "99", "--limit-mb", "1"]);
    const kept = await logPart("log.gz");
    expect(text.endsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(900_000);
    expect(kept.length).toBeLessThanOrEqual(1_048_576);
  });

  it("is not moved by a date in the far future that a user typed", async () => {
    const text = `${logOf(NOON, 3)}\t2999/01/01 00:00:00 pid 1 a@b 1.2.3.4 [p4] 'user-info'\n\n`;
    await collect(host, ["--log", writeLog(text)]);
    expect(await logPart("log.gz")).toBe(text);
  });
});

describe("where things are", () => {
  function makeSdp(instances: readonly string[]): string {
    const sdp = join(host.dir, "sdp");
    for (const name of instances) {
      mkdirSync(join(sdp, name, "logs"), { recursive: true });
      writeFileSync(join(sdp, name, "logs", "log"), logOf(NOON, 2));
      writeFileSync(join(sdp, name, "logs", "checkpoint.log"), "checkpoint done\n");
    }
    mkdirSync(join(sdp, "common", "bin"), { recursive: true });
    writeFileSync(join(sdp, "common", "bin", "p4_vars"), "export P4PORT=sdp$1:1666 P4USER=sdpuser\n");
    return sdp;
  }

  it("finds a single SDP instance by itself", async () => {
    const run = await collect(host, [], { env: { P4RCA_SDP: makeSdp(["1"]) } });
    expect(run.code).toBe(0);
    const files = await archive();
    expect(manifestOf(files)).toContain("instance: 1");
    expect(files.get("captures/info.txt")?.toString()).toContain("-p sdp1:1666 -u sdpuser info");
    expect(files.get("system/checkpoint.log.txt")?.toString()).toContain("checkpoint done");
  });

  it("does not guess between several, but takes the one it is told", async () => {
    const env = { P4RCA_SDP: makeSdp(["1", "edge"]), P4PORT: "other:1666" };
    expect((await collect(host, [], { env })).code).toBe(2);
    expect(existsSync(host.out)).toBe(false);
    expect((await collect(host, ["--instance", "edge", "--user", "me"], { env })).code).toBe(0);
    expect((await archive()).get("captures/info.txt")?.toString()).toContain("-p sdpedge:1666 -u me info");
  });

  it("asks p4 for the log when nothing else tells", async () => {
    const log = writeLog(logOf(NOON, 2));
    fake(host, "p4", `case "$*" in *P4LOG*) echo "P4LOG=${log} (configure)" ;; esac`);
    expect((await collect(host, [])).code).toBe(0);
    expect(manifestOf(await archive())).toContain(`log-path: ${log}`);
  });
});

/** A killed process may stay listed as a zombie (state Z) until somebody reaps it. */
function runs(pid: number): boolean {
  const stat = `/proc/${pid}/stat`; // 4101 (sleep) Z 1 ...
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "utf8"));
}

describe("trouble", () => {
  it("names what is missing and falls back to /proc/locks", async () => {
    const path = barePath(host, ["p4", "lslocks", "lsof", "journalctl", "iostat"]);
    const run = await collect(host, ["--log", join(host.dir, "nowhere")], { path });
    expect(run.code).toBe(3);
    const files = await archive();
    expect(stepState(files, "monitor-1")).toBe("skipped:no-p4");
    expect(stepState(files, "lsof-1")).toBe("skipped:no-lsof");
    expect(stepState(files, "proc-locks-1")).toBe("ok");
    expect(stepState(files, "log")).toBe("skipped:not-a-file");
  });

  it("tries poorer forms of lslocks where the richest is unknown, and keeps the complaint of a failed step", async () => {
    fake(host, "lslocks", 'case "$*" in *INODE*) echo "unknown column" >&2; exit 1 ;; *) echo locks ;; esac');
    fake(host, "p4", 'echo "Connect to server failed" >&2; exit 1');
    await collect(host, ["--log", writeLog(logOf(NOON, 2))]);
    const files = await archive();
    expect(files.get("captures/lslocks-1.txt")?.toString()).toMatch(/# command: lslocks -u -J -o \+BLOCKER\nlocks\n$/);
    expect(stepState(files, "info")).toBe("failed:1");
    expect(files.get("captures/info.txt")?.toString()).toContain("# stderr: Connect to server failed");
  });

  it("never overwrites an archive nor follows a link in its place", async () => {
    const log = writeLog(logOf(NOON, 2));
    const other = join(host.dir, "other");
    symlinkSync(other, host.out);
    expect((await collect(host, ["--log", log])).code).toBe(1);
    expect(existsSync(other)).toBe(false);
    expect(lstatSync(host.out).isSymbolicLink()).toBe(true);
  });

  it.each([[["--hours", "x"]], [["--nonsense"]], [["--log"]], [["--instance", "../1"]]])("refuses %j", async (args) => {
    const run = await collect(host, args);
    expect(run.code).toBe(2);
    expect(existsSync(host.out)).toBe(false);
    expect(leftovers(host)).toEqual([]);
  });

  it("takes nothing in a dry run", async () => {
    const run = await collect(host, ["--log", writeLog(logOf(NOON, 2)), "--dry-run"]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("monitor show -ale");
    expect(existsSync(host.out)).toBe(false);
    expect(leftovers(host)).toEqual([]);
  });

  it("cleans up on Ctrl-C and ends what it had started", async () => {
    const started = join(host.dir, "p4.pid");
    fake(host, "p4", `echo $$ >'${started}'; exec sleep 600`);
    const log = writeLog(logOf(NOON, 2));
    const child = spawn("/bin/sh", [COLLECTOR, "-o", host.out, "--log", log], {
      env: { PATH: `${host.bin}${delimiter}/usr/bin${delimiter}/bin`, TMPDIR: host.temp },
      stdio: "ignore",
    });
    const done = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
    await vi.waitUntil(() => existsSync(started) && readFileSync(started, "utf8") !== "", { timeout: 30_000 });
    child.kill("SIGINT");
    expect(await done).toBe(130);
    expect(existsSync(host.out)).toBe(false);
    expect(leftovers(host)).toEqual([]);
    expect(runs(Number(readFileSync(started, "utf8")))).toBe(false);
  });
});

describe("the script itself", () => {
  it.skipIf(!available("shellcheck"))("is ShellCheck-clean (skipped where shellcheck is not installed)", () => {
    expect(execFileSync("shellcheck", [COLLECTOR], { encoding: "utf8" })).toBe("");
  });

  it("carries the version of the package", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(readFileSync(COLLECTOR, "utf8")).toContain(`\nVERSION=${version}\n`);
  });
});
