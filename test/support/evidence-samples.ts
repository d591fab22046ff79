import type { EvidenceKind } from "../../src/contracts/evidence.js";
import { dfText, iostatText, pressureText, psText, topText, vmstatText } from "./evidence-writers/host-state.js";
import {
  checkpointLogText,
  diskspaceText,
  infoText,
  lockstatText,
  proxyLogText,
  pullLjText,
  pullLsTagged,
  realtimeText,
} from "./evidence-writers/server-state.js";
import { commandRows, errorRow } from "./evidence-writers/structured-log.js";

const at = (clock: string) => Date.parse(`2024-03-05T${clock}Z`);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

function logs(): [EvidenceKind, string][] {
  const p4log = numbers(20)
    .map(
      (i) =>
        `Perforce server info:\n\t2024/03/05 14:07:${10 + i} pid ${4100 + i} nina@nina_ws 10.1.2.3 [p4/v93] 'user-files //depot/...'\n\nPerforce server info:\n\t2024/03/05 14:07:${10 + i} pid ${4100 + i} completed .031s 7+4us 0+584io 0+0net 4k 0pf\n\n`,
    )
    .join("");
  const errors =
    "Perforce server error:\n\tDate 2024/03/05 14:07:36:\n\tPid 4101\n\tOperation: user-sync\n\tNo such file(s).\n\n";
  const events = numbers(12)
    .map((i) => `2024/03/05 14:07:${10 + i} 560465376 pid 77: Server is now using ${50 + i} active threads.\n`)
    .join("");
  const proxy = proxyLogText(
    numbers(9).map((i) => ({ endMs: at(`14:07:1${i}`), pid: 60 + i, lapseMs: 921, faults: i, faultMb: i, cached: 3 })),
    [{ atMs: at("14:07:30"), text: "Connect to server failed; check $P4PORT." }],
  );
  const broker = numbers(9)
    .map(
      (i) =>
        `Perforce broker error:\n\tDate 2024/03/05 14:07:1${i}:\n\tPid ${9 + i}\n\tTCP connect to commit:1666 failed.\n\n`,
    )
    .join("");
  const syslog = numbers(12)
    .map(
      (i) =>
        `Mar  5 14:07:${10 + i} p4host kernel: Out of memory: Killed process ${4548 + i} (p4d) total-vm:8123456kB\n`,
    )
    .join("");
  const journal = numbers(12)
    .map((i) => `2024-03-05T14:07:${10 + i}+01:00 p4host p4d_1[4548]: fork: Resource temporarily unavailable\n`)
    .join("");
  return [
    ["p4log", p4log],
    ["p4log", errors.repeat(4)],
    ["p4log", events],
    ["proxy-log", proxy],
    ["broker-log", broker],
    ["syslog", syslog],
    ["syslog", journal],
    ["checkpoint-log", checkpointLogText(at("23:05:01"), at("23:55:01"), 1234, "live")],
    ["verify-log", "//depot/a.c#1 - add change 5 (text) 5D41402ABC4B2A76B9719D911017C592 MISSING!\n".repeat(8)],
    ["structured-log", structured()],
    ["structured-log", schema()],
    ["log2sql-json", log2sqlJson()],
  ];
}

function structured(): string {
  const settings = { serverId: "commit.1", level: 58, offsetMinutes: 60 };
  return numbers(12)
    .flatMap((i) => {
      const caller = { pid: 4100 + i, user: "nina", workspace: "nina_ws", cmd: "user-sync", args: '-q:"a b"' };
      const command = { ...caller, ip: "10.1.2.3", app: "p4/v93", startMs: at(`14:07:${10 + i}`) };
      const error = { severity: 3, subsystem: 6, code: 17, text: 'No "such"\nfile.' };
      return [
        ...commandRows(settings, command, at(`14:08:${10 + i}`)),
        errorRow(settings, at("14:08:40"), command, error),
      ];
    })
    .join("");
}

function schema(): string {
  const names = ["f_eventtype", "f_timestamp", "f_timestamp2", "f_date", "f_pid", "f_cmdident"];
  return names
    .map(
      (name, i) =>
        `... f_recordType 4\n... f_recordVersion 58\n... f_recordName Error\n... f_field ${i}\n... f_name ${name}\n\n`,
    )
    .join("");
}

function log2sqlJson(): string {
  return numbers(8)
    .map((i) => {
      const call = {
        processKey: "0dba4b2d4bf9c0ffee0dba4b2d4bf9ca",
        cmd: "user-sync",
        pid: 4100 + i,
        lineNo: 2 + 9 * i,
      };
      const tables = [{ tableName: "have", totalReadHeld: 12, triggerLapse: 0 }];
      return `${JSON.stringify({ ...call, user: "nina", startTime: "2024/03/05 14:07:03", completedLapse: 1.5, tables })}\n`;
    })
    .join("");
}

function serverState(): [EvidenceKind, string][] {
  const info = {
    ...{ port: "p4host:1666", root: "/p4/1/root", nowMs: at("14:07:36"), zone: "+0100 CET", uptimeMs: 9e8 },
    ...{ version: "P4D/LINUX26X86_64/2023.2/2535420 (2023/12/19)", serverId: "commit.1", services: "commit-server" },
    license: "none",
  };
  const monitor = numbers(12)
    .map((i) => ` ${4100 + i} R nina       00:00:${10 + i} sync -q //depot/main/...\n`)
    .join("");
  const monitorE = numbers(12)
    .map((i) => ` ${4100 + i} p4v/v93 10.1.2.3 R nina nina_ws 00:00:${10 + i} sync -q //depot/main/...\n`)
    .join("");
  const configure = ["P4ROOT=/p4/1/root (-r)", "monitor=10 (configure)", "server=3 (configure)", "track=1 (configure)"]
    .concat(numbers(8).map((i) => `serverlog.file.${i}=a${i}.csv (configure)`))
    .join("\n");
  const volumes = ["P4ROOT", "P4JOURNAL", "P4LOG", "TEMP", "journalPrefix"].map((name) => ({
    ...{ name, mount: "/hxmetadata", freeMb: 102_400 },
    totalMb: 409_600,
  }));
  const pull = { replica: [1237, 1000] as const, master: [[1237, 2000]] as const, statefileMs: at("14:07:16") };
  return [
    ["p4-info", infoText(info)],
    ["p4-configure", `${configure}\n`],
    ["monitor", monitor],
    ["monitor", monitorE],
    ["pull-state", pullLjText({ ...pull, nowMs: at("14:07:36") })],
    ["pull-state", pullLsTagged(1, 169, 460_828_016, 12)],
    ["diskspace", diskspaceText(volumes)],
    [
      "realtime",
      realtimeText(["rtv.db.lockwait", "rtv.db.ckp.active", "rtv.svr.sessions.active"].map((n) => [n, 3, 9])),
    ],
    [
      "manifest",
      "p4rca-collect manifest 1\nstarted: 2024-03-05T14:07:36Z\nzone: +01:00\nhost: p4host\nstep: monitor-1 timeout 20 captures/monitor-1.txt\n",
    ],
  ];
}

function lockState(): [EvidenceKind, string][] {
  const tables = ["db.have", "db.rev", "db.integed", "db.user", "db.domain", "db.change"];
  const row = (i: number) => `p4d             ${4100 + i} FLOCK  16K WRITE 0     0   0 /p4/1/db1/${tables[i]}\n`;
  const text = `COMMAND           PID   TYPE SIZE MODE  M START END PATH                       BLOCKER\n${numbers(6).map(row).join("")}`;
  const json = JSON.stringify(
    {
      locks: tables.map((name, i) => ({
        command: "p4d_1",
        pid: 4100 + i,
        type: "FLOCK",
        mode: "WRITE",
        path: `/p4/1/db1/${name}`,
        blocker: null,
      })),
    },
    null,
    3,
  );
  const files = tables.map(
    (name, i) => `p4d       ${4100 + i} perforce   12uW   REG  253,2    16384  ${4194 + i} /p4/1/db1/${name}\n`,
  );
  return [
    ["lslocks", text],
    ["lslocks", `${json}\n`],
    ["lsof", `COMMAND     PID     USER   FD      TYPE DEVICE SIZE/OFF     NODE NAME\n${files.join("")}`],
    ["lockstat", lockstatText(tables.map((name, i) => [name, i % 2 === 0 ? "Read" : "Write"]))],
    [
      "proc-locks",
      tables.map((_, i) => `${i + 1}: FLOCK  ADVISORY  WRITE ${4548 + i} fd:03:${4194 + i} 0 EOF\n`).join(""),
    ],
    [
      "db-files",
      `total 128400\n${tables.map((name, i) => `${4194 + i} -rw------- 1 0 0 16384 Mar  5 14:07 ${name}\n`).join("")}`,
    ],
  ];
}

function hostState(): [EvidenceKind, string][] {
  const disks = ["/hxmetadata", "/hxlogs", "/hxdepots", "/", "/boot"].map((mount, i) => ({
    ...{ device: `/dev/sd${"abcde"[i]}1`, mount },
    ...{ sizeKb: 264_212_084, usedKb: 100_000_000 + i },
  }));
  const sample = { running: 5, blocked: 3, swapUsedKb: 20, freeKb: 217_378, cacheKb: 173_033, swapIn: 0, swapOut: 0 };
  const samples = numbers(6).map(() => ({ ...sample, blocksIn: 9, blocksOut: 8, cpu: [18, 2, 9, 70, 1] as const }));
  const device = { readsPerS: 300, writesPerS: 100, readAwaitMs: 10, writeAwaitMs: 50, queue: 12.5, utilPercent: 99.9 };
  const devices = ["nvme0n1", "sda", "dm-0"].map((name) => ({ device: name, ...device }));
  const report = { stamp: "03/05/24 14:07:36", cpu: [1, 2, 40.5, 0.25, 56.25] as const, devices };
  const processes = numbers(9).map((i) => ({
    ...{ pid: 4100 + i, parent: 1, stat: "Ssl", wchan: "flock_lock_inode_wait", cpuPercent: 3.1 },
    ...{ rssKb: 120_000, elapsedMs: 600_000, comm: "p4d_1" },
  }));
  const head = {
    ...{ clock: "14:07:36", load: [3, 2, 1] as const, tasks: 400, cpu: [18, 2, 60, 19, 1] as const },
    ...{ totalMib: 64_000, freeMib: 1000, cacheMib: 30_000, swapTotalMib: 8000, swapUsedMib: 20 },
  };
  return [
    ["df", dfText(disks)],
    ["df", dfText(disks, "-i")],
    ["vmstat", vmstatText(samples)],
    ["iostat", iostatText("p4host", "03/05/24", [report, report])],
    ["pressure", pressureText([71, 40, 10], [64.9, 40, 10], 18_273_573)],
    ["ps", psText(processes)],
    ["top", topText(head, processes)],
  ];
}

function files(): [EvidenceKind, string][] {
  const vars = [
    "SDP_INSTANCE=1",
    "P4USER=perforce",
    "P4MASTER_ID=commit.1",
    "P4PORTNUM=1666",
    "KEEPCKPS=7",
    "KEEPJNLS=7",
  ];
  return [["sdp-layout", `#!/bin/bash\n${vars.map((line) => `export ${line}\n`).join("")}`]];
}

/** Texts of every kind of evidence, several where a kind has several shapes. Names and figures are invented. */
export const SAMPLES: readonly (readonly [EvidenceKind, string])[] = [
  ...logs(),
  ...serverState(),
  ...lockState(),
  ...hostState(),
  ...files(),
];
