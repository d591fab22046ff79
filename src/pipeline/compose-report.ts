import { diagnoseIncident, headline } from "../analysis/diagnose/diagnose.js";
import { impactByIncident } from "../analysis/incident/incident.js";
import { least, most } from "../base/extremes.js";
import { isoUtc, localToEpochMs, offsetLabel, zoneOffsetMinutes } from "../base/time.js";
import type { CaseDb } from "../casedb/casedb.js";
import type { AnalysisDocument, CaseOverview, DetectorStatus } from "../contracts/analysis.js";
import type { CaseReader } from "../contracts/case-reader.js";
import type { DocumentHelpers } from "../contracts/incident-draft.js";
import type { ConcurrencyPoint, ReportModel, TimelineBar } from "../contracts/report-model.js";
import type { DetectorRun } from "../contracts/signal.js";
import { clockNotes } from "./clock-notes.js";
import { collectorGaps } from "./collector-gaps.js";
import type { Findings } from "./investigate.js";

export interface ReportPlaces {
  readonly version: string;
  readonly reportPath: string | null;
  readonly casePath: string | null;
}

/** Findings -> the document of CONTRACT section 2, plus what the HTML draws. */
export function composeReport(caseDb: CaseDb, findings: Findings, places: ReportPlaces): ReportModel {
  const helpers = documentHelpers(findings.reader);
  const incidents = findings.drafts.map((draft) => diagnoseIncident(draft, findings.context, helpers));
  const document: AnalysisDocument = {
    schemaVersion: 1,
    tool: { name: "p4rca", version: places.version },
    verdict: findings.verdict.verdict,
    headline: headline(findings.verdict, findings.drafts, incidents, findings.context),
    case: overview(caseDb, findings),
    incidents,
    detectors: statuses(findings.runs),
    advisory: null,
  };
  return {
    document,
    timeline: timeline(findings),
    concurrency: findings.reader.servers().map((server) => ({
      server: server.label,
      points: concurrency(findings, server.id),
    })),
    zones: zones(findings),
    impact: impactByIncident(findings.drafts, findings.context),
    reportPath: places.reportPath,
    casePath: places.casePath,
  };
}

function documentHelpers(reader: CaseReader): DocumentHelpers {
  const zoneOf = new Map(reader.servers().map((server) => [server.id, server.timeZone]));
  return {
    toUtcIso: (serverId, localMs) => isoUtc(localToEpochMs(localMs, zoneOf.get(serverId) ?? "UTC")),
    inputIdOf: (ref) => ref.sourceId,
  };
}

function overview(caseDb: CaseDb, findings: Findings): CaseOverview {
  const { reader } = findings;
  const servers = reader.servers();
  const entries = caseDb.servers();
  const sources = caseDb.sources();
  const clocks = clockNotes(reader, new Map(sources.map(({ id, path }) => [id, path])));
  const first = entries.find((entry) => entry.timeZoneFrom !== "default") ?? entries[0];
  return {
    window: caseWindow(reader),
    timeZone: { assumed: first?.timeZone ?? "UTC", from: zoneOrigin(first?.timeZoneFrom) },
    servers: servers.map((server) => ({
      id: server.label,
      serverId: server.serverId,
      instance: server.instance,
      role: server.role,
      version: server.version,
      configurables: { ...server.configurables },
    })),
    inputs: sources.map((source) => ({
      id: source.id,
      path: source.path,
      server: source.serverLabel,
      kind: source.kind ?? "unknown",
      sha256: source.sha256 ?? "",
      bytes: source.bytes,
      lines: source.lines,
      records: source.records,
      bytesBy: { ...source.account },
      notes: [source.reason, ...source.notes, clocks.get(source.id)].filter((note) => note != null),
    })),
    coverage: coverage(reader, caseDb),
    missing: [...findings.verdict.missing, ...collectorGaps(caseDb)],
  };
}

function zoneOrigin(from: string | undefined): "default" | "option" | "capture" {
  return from === "option" || from === "capture" ? from : "default";
}

/** From the first to the last line of any log, in UTC; null without a log. */
function caseWindow(reader: CaseReader): CaseOverview["window"] {
  const spans = reader.servers().flatMap((server) => {
    const window = reader.window(server.id);
    if (window === null) return [];
    const toEpoch = (localMs: number) => localToEpochMs(localMs, server.timeZone);
    return [{ start: toEpoch(window.firstMs), end: toEpoch(window.lastMs) }];
  });
  if (spans.length === 0) return null;
  return {
    start: isoUtc(least(spans.map((span) => span.start))),
    end: isoUtc(most(spans.map((span) => span.end))),
  };
}

function coverage(reader: CaseReader, caseDb: CaseDb): CaseOverview["coverage"] {
  const has = (capability: "command-start" | "command-completion" | "table-track") =>
    reader.servers().some((server) => reader.capabilities(server.id).has(capability));
  const captures = caseDb.captureCounts();
  return {
    commandStart: has("command-start"),
    completion: has("command-completion"),
    track: has("table-track"),
    monitor: captures.monitor,
    lslocks: captures.lslocks,
    lsof: captures.lsof,
    syslog: captures.syslog,
  };
}

/** One line a detector: fired on any server wins, then failed, then skipped; clear only where every server was clear. */
function statuses(runs: readonly DetectorRun[]): DetectorStatus[] {
  const order = ["fired", "failed", "skipped", "clear"] as const;
  const ids = [...new Set(runs.map((run) => run.detector))];
  return ids.map((id) => {
    const own = runs.filter((run) => run.detector === id);
    const status = order.find((candidate) => own.some((run) => run.status === candidate)) ?? "clear";
    const missing = own.flatMap((run): readonly string[] => {
      if (run.status === "skipped") return run.missing;
      return run.status === "failed" ? [run.message] : [];
    });
    return { id, status, missing: [...new Set(missing)] };
  });
}

function timeline(findings: Findings): TimelineBar[] {
  const incidentOf = new Map(findings.drafts.map((draft) => [draft.cluster, draft.id]));
  return findings.reader.servers().flatMap((server) => {
    const graph = findings.context.locks(server.id);
    const incidentOfActor = new Map<string, string | null>();
    for (const cluster of graph.clusters) {
      const id = incidentOf.get(cluster) ?? null;
      for (const key of [
        ...cluster.roots.map((root) => root.actor),
        ...cluster.victims.map((victim) => victim.actor),
      ]) {
        if (!incidentOfActor.get(key)) incidentOfActor.set(key, id);
      }
    }
    return graph.spans.map((span) => {
      const actor = graph.actors.get(span.actor);
      return {
        server: server.label,
        incident: incidentOfActor.get(span.actor) ?? null,
        object: span.object,
        mode: span.mode === "R" ? ("read" as const) : ("write" as const),
        what: span.what,
        pid: actor?.pid ?? null,
        user: actor?.user ?? "",
        cmd: actor === undefined ? "" : `${actor.cmd} ${actor.args}`.trim(),
        fromMs: localToEpochMs(span.fromMs, server.timeZone),
        toMs: localToEpochMs(span.toMs, server.timeZone),
        certainty: span.certainty,
        input: span.ref.sourceId,
        line: span.ref.lineNo,
      };
    });
  });
}

/** Around the incidents (a third of their length on either side, at least a minute), or the whole log without any. */
function concurrency(findings: Findings, serverId: number): ConcurrencyPoint[] {
  const server = findings.reader.servers().find((candidate) => candidate.id === serverId);
  const window = findings.reader.window(serverId);
  if (server === undefined || window === null) return [];
  const own = findings.drafts.filter((draft) => draft.serverId === serverId);
  const from = least(own.map((draft) => draft.fromMs));
  const to = most(own.map((draft) => draft.toMs));
  const margin = Math.max((to - from) / 3, 60_000);
  const range = own.length === 0 ? window : { firstMs: from - margin, lastMs: to + margin };
  const curve = findings.reader.runningCurve(
    serverId,
    Math.max(range.firstMs, window.firstMs),
    Math.min(range.lastMs, window.lastMs),
  );
  return thin(curve).map((point) => ({ ...point, atMs: localToEpochMs(point.atMs, server.timeZone) }));
}

const MOST_POINTS = 2000;

/** Keeps the peak of every stretch, so that a thinned curve never hides one. */
function thin(points: readonly ConcurrencyPoint[]): ConcurrencyPoint[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  if (step <= 1) return [...points];
  const kept: ConcurrencyPoint[] = [];
  for (let start = 0; start < points.length; start += step) {
    const stretch = points.slice(start, start + step);
    kept.push(stretch.reduce((peak, point) => (point.running > peak.running ? point : peak)));
  }
  return kept;
}

/** The zone in force at the first incident of each server, else at the end of its log. */
function zones(findings: Findings): ReportModel["zones"] {
  return Object.fromEntries(
    findings.reader.servers().map((server) => {
      const draft = findings.drafts.find((candidate) => candidate.serverId === server.id);
      const atMs = draft?.fromMs ?? findings.reader.window(server.id)?.lastMs ?? 0;
      const offsetMinutes = zoneOffsetMinutes(server.timeZone, atMs);
      return [server.label, { offsetMinutes, label: offsetLabel(offsetMinutes) }];
    }),
  );
}
