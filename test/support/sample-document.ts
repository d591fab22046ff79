import {
  type AnalysisDocument,
  analysisSchema,
  type ChainLink,
  type Evidence,
  type Incident,
} from "../../src/contracts/analysis.js";
import type { ReportModel, TimelineBar } from "../../src/contracts/report-model.js";

/** Invented incidents for the reporters; every document is checked against the schema before it is handed out. */
const START = Date.parse("2024-03-05T14:07:03Z");

export function at(seconds: number): string {
  return new Date(START + Math.round(seconds * 1000)).toISOString().replace(".000Z", "Z");
}

export function reportModel(document: AnalysisDocument, more: Partial<ReportModel> = {}): ReportModel {
  return {
    document: analysisSchema.parse(document),
    timeline: [],
    concurrency: [],
    zones: { s1: { offsetMinutes: 0, label: "UTC" } },
    reportPath: "p4rca-incident/report.html",
    casePath: "p4rca-incident/case.db",
    ...more,
  };
}

function sampleInput(
  id: number,
  path: string,
  kind: string,
  bytes: number,
): AnalysisDocument["case"]["inputs"][number] {
  return {
    id,
    path,
    server: "s1",
    kind,
    sha256: String(id).repeat(64).slice(0, 64),
    bytes,
    lines: Math.ceil(bytes / 90),
    records: Math.ceil(bytes / 700),
    bytesBy: { parsed: bytes, noise: 0, unknown: 0, skipped: 0 },
    notes: [],
  };
}

function sampleEvidence(id: string, fact: string, value: number, unit: string, line: number, text: string): Evidence {
  return { id, fact, value, unit, source: { input: 1, line, byteOffset: line * 91, text } };
}

interface Victim {
  readonly pid: number;
  readonly user: string;
  readonly cmd: string;
  readonly object: string;
  readonly from: number;
  readonly behind: number;
}

const ROOT_PID = 4101;
const CARRIER_PID = 4117;
const RELEASE_S = 41.9;
const USERS = ["olga", "raj", "tom", "ines", "bao", "lena", "kofi", "mara", "jun", "petr", "build", "swarm"];

/** One commit behind the report, then everybody behind the commit's own locks: the usual pile-up. */
function pileUp(): Victim[] {
  const victims: Victim[] = [
    { pid: CARRIER_PID, user: "olga", cmd: "dm-CommitSubmit", object: "db.revdx", from: 1.9, behind: ROOT_PID },
  ];
  const kinds = [
    ["user-sync", "db.domain"],
    ["dm-CommitSubmit", "meta/commit"],
    ["user-client", "db.domain"],
    ["user-integrate", "db.integed"],
  ] as const;
  for (let n = 1; n < 33; n += 1) {
    const [cmd, object] = kinds[n % kinds.length] ?? kinds[0];
    const user = USERS[(n * 5) % USERS.length] ?? "olga";
    victims.push({ pid: CARRIER_PID + n * 3, user, cmd, object, from: 3 + n * 1.1, behind: CARRIER_PID });
  }
  return victims;
}

function link(victim: Victim): ChainLink {
  return {
    blocker: { pid: victim.behind, cmd: victim.behind === ROOT_PID ? "user-files" : "dm-CommitSubmit" },
    blocked: { pid: victim.pid, cmd: victim.cmd },
    resource: victim.object,
    seconds: Math.round((RELEASE_S - victim.from) * 10) / 10,
    certainty: victim.pid % 2 === 0 ? "captured" : "logged",
    evidence: ["E2"],
  };
}

function bar(object: string, mode: "read" | "write", what: "wait" | "held", from: number, to: number): TimelineBar {
  return {
    server: "s1",
    incident: "inc-1",
    object,
    mode,
    what,
    pid: ROOT_PID,
    user: "nightly",
    cmd: "user-files",
    fromMs: START + from * 1000,
    toMs: START + to * 1000,
    certainty: "logged",
    input: 1,
    line: 55,
  };
}

export function wedgeTimeline(): TimelineBar[] {
  const carrier = { pid: CARRIER_PID, user: "olga", cmd: "dm-CommitSubmit", line: 71 };
  const bars: TimelineBar[] = [
    bar("db.revdx", "read", "held", 0, 41.85),
    bar("db.revhx", "read", "held", 0, 41.85),
    { ...bar("db.domain", "read", "held", 1.8, 42.4), ...carrier },
    { ...bar("db.integed", "write", "held", 1.8, 42.4), ...carrier },
    { ...bar("meta/commit", "write", "held", 1.7, 42.4), ...carrier },
  ];
  for (const [index, { pid, user, cmd, object, from }] of pileUp().entries()) {
    const mode = cmd === "user-sync" ? "read" : "write";
    bars.push({ ...bar(object, mode, "wait", from, RELEASE_S + 0.3), pid, user, cmd, line: 71 + index * 7 });
  }
  return bars;
}

export function wedgeIncident(): Incident {
  const chain = pileUp().map(link);
  const seconds = chain.reduce((sum, { seconds: waited }) => sum + waited, 0);
  return {
    id: "inc-1",
    server: "s1",
    category: "db-wedge",
    cause: "long-scan-query",
    contributing: ["limits-absent-or-overridden"],
    severity: "critical",
    confidence: 0.97,
    window: { start: at(1.9), end: at(42.2) },
    resource: { kind: "table", name: "db.revdx", mode: "read" },
    suspect: {
      pid: ROOT_PID,
      cmd: "user-files",
      args: "//depot/...",
      user: "nightly",
      workspace: "nightly_rpt",
      ip: "10.20.0.9",
      app: "p4/2021.1/LINUX26X86_64/2156517",
      startTime: at(0),
      endTime: at(55),
      inFlight: false,
      source: { input: 1, line: 6 },
    },
    impact: {
      blockedCommands: chain.length,
      blockedUsers: USERS.length,
      blockedSeconds: Math.round(seconds * 10) / 10,
      longestWaitSeconds: 40,
      peakRunning: 36,
      avoidableSeconds: Math.round(seconds * 9.9) / 10,
    },
    chain,
    evidence: [
      sampleEvidence(
        "E1",
        "user-files held db.revdx for read 41850 ms without waiting for it",
        41850,
        "ms",
        55,
        "---   total lock wait+held read/write 0ms+41850ms/0ms+0ms",
      ),
      sampleEvidence(
        "E2",
        "dm-CommitSubmit of olga waited 40038 ms to write db.revdx",
        40038,
        "ms",
        38,
        "---   total lock wait+held read/write 0ms+0ms/40038ms+460ms",
      ),
      sampleEvidence(
        "E3",
        "user-files scanned 3120554 rows of db.revhx",
        3120554,
        "rows",
        58,
        "---   locks read/write 1/0 rows get+pos+scan put+del 0+1+3120554 0+0",
      ),
    ],
    hypotheses: [
      {
        category: "db-wedge",
        cause: "long-scan-query",
        score: 0.97,
        for: ["E3", "E1", "E2"],
        against: [],
        missing: ["a second capture during the incident"],
      },
      {
        category: "db-wedge",
        cause: "big-submit",
        score: 0.08,
        for: ["E2"],
        against: ["dm-CommitSubmit held its locks 0.5 s by itself; the rest it waited"],
        missing: [],
      },
    ],
    actions: [
      {
        id: "monitor-terminate",
        risk: "safe",
        when: "was",
        text: "p4 monitor terminate 4101 would have ended the report; it only reads.",
        command: null,
        check: "pid 4101 is still user-files of nightly",
        why: "Everyone waits, directly or through 4117, for its read lock on db.revdx.",
        evidence: ["E1"],
      },
      {
        id: "never-terminate-carrier",
        risk: "never",
        when: "was",
        text: "Never terminate 4117: it is in the middle of a commit and not the cause.",
        command: null,
        check: "",
        why: "It waits itself; ending it helps nobody and leaves files locked.",
        evidence: ["E2"],
      },
    ],
    prevention: [
      {
        text: "Run the nightly report on a replica, or limit what it may scan.",
        command: "p4 group nightly-jobs   # MaxScanRows: 250000",
        knowledge: [],
      },
    ],
    knowledge: [],
  };
}

export function wedgeDocument(): AnalysisDocument {
  const incident = wedgeIncident();
  return {
    schemaVersion: 1,
    tool: { name: "p4rca", version: "0.1.0" },
    verdict: "incident",
    headline: `user-files of nightly read-locked db.revdx for 41.9 s; ${incident.impact.blockedCommands} commands of ${incident.impact.blockedUsers} users waited.`,
    case: {
      window: { start: at(-3600), end: at(2700) },
      timeZone: { assumed: "UTC", from: "capture" },
      servers: [
        {
          id: "s1",
          serverId: "commit-1",
          instance: "1",
          role: "commit",
          version: "2023.2/2519561",
          configurables: { track: "1", server: "3", "db.peeking": "2" },
        },
      ],
      inputs: [
        sampleInput(1, "incident/logs/log", "p4log", 41_200_300),
        sampleInput(2, "incident/logs/log.1.gz", "p4log", 104_857_600),
        sampleInput(3, "incident/captures/lslocks.1", "lslocks", 9120),
        sampleInput(4, "incident/captures/monitor.1", "monitor", 4410),
      ],
      coverage: { commandStart: true, completion: true, track: true, monitor: 1, lslocks: 1, lsof: 0, syslog: 0 },
      missing: ["a second lslocks capture during the incident"],
    },
    incidents: [incident],
    detectors: [
      { id: "db-wedge", status: "fired", missing: [] },
      { id: "slow-command", status: "clear", missing: [] },
      { id: "storage-stall", status: "skipped", missing: ["syslog"] },
    ],
    advisory: null,
  };
}

export function wedgeCurve(): ReportModel["concurrency"] {
  const points = [];
  for (let second = -120; second <= 2700; second += 1) {
    const piled = second < 1 ? 0 : second < 42 ? Math.floor(second * 0.8) : Math.max(0, 33 - (second - 42) * 9);
    points.push({ atMs: START + second * 1000, running: 3 + (Math.abs(second * 7) % 3) + piled });
  }
  return [{ server: "s1", points }];
}

/** The classic wedge: a long report, one commit behind it, everybody behind the commit. */
export function wedgeModel(): ReportModel {
  return reportModel(wedgeDocument(), { timeline: wedgeTimeline(), concurrency: wedgeCurve() });
}
