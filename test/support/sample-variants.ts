import type { Incident } from "../../src/contracts/analysis.js";
import type { ReportModel } from "../../src/contracts/report-model.js";
import { at, reportModel, wedgeCurve, wedgeDocument, wedgeIncident, wedgeTimeline } from "./sample-document.js";

/** The other situations a report has to be good at, each a variation of the classic wedge. */

/** The root has not come back by the end of the evidence. */
export function inFlightModel(): ReportModel {
  const document = wedgeDocument();
  const incident = wedgeIncident();
  const suspect = incident.suspect === null ? null : { ...incident.suspect, endTime: null, inFlight: true };
  const actions: Incident["actions"] = [
    {
      id: "monitor-terminate",
      risk: "safe",
      when: "now",
      text: "Ends the report; it only reads. Takes up to 30 s or 50000 rows.",
      command: "p4 monitor terminate 4101",
      check: "p4 monitor show still lists 4101 as files of nightly",
      why: "Everyone waits for its read lock on db.revdx.",
      evidence: ["E1"],
    },
    ...incident.actions.filter(({ risk }) => risk === "never"),
  ];
  const timeline = wedgeTimeline();
  return reportModel(
    { ...document, incidents: [{ ...incident, suspect, actions }] },
    { timeline, concurrency: wedgeCurve() },
  );
}

export function severalIncidentsModel(): ReportModel {
  const document = wedgeDocument();
  const other = (id: string, severity: Incident["severity"], cause: string, name: string, start: number): Incident => ({
    ...wedgeIncident(),
    id,
    severity,
    cause,
    category: "slow-command",
    resource: { kind: "client", name, mode: null },
    window: { start: at(start), end: at(start + 90) },
    chain: [],
    impact: {
      blockedCommands: 4,
      blockedUsers: 2,
      blockedSeconds: 95.5,
      longestWaitSeconds: 31,
      peakRunning: 9,
      avoidableSeconds: 90,
    },
  });
  const more = [
    other("inc-2", "major", "big-submit", "clients/build_ws", 900),
    other("inc-3", "warning", "reconcile-storm", "clients/art_ws", 1500),
    other("inc-4", "info", "label-heavy-operation", "clients/rel_ws", 2100),
    other("inc-5", "info", "big-submit", "clients/x_ws", 2400),
  ];
  return reportModel(
    { ...document, incidents: [...document.incidents, ...more] },
    { timeline: wedgeTimeline(), concurrency: wedgeCurve(), zones: { s1: { offsetMinutes: 60, label: "+01:00" } } },
  );
}

export function noIncidentModel(): ReportModel {
  return reportModel({
    ...wedgeDocument(),
    verdict: "no-incident",
    headline: "No command waited noticeably for a lock and none was unusually slow; the log covers the whole window.",
    incidents: [],
    detectors: [
      { id: "db-wedge", status: "clear", missing: [] },
      { id: "slow-command", status: "clear", missing: [] },
      { id: "storage-stall", status: "skipped", missing: ["syslog"] },
    ],
  });
}

export function insufficientModel(): ReportModel {
  const document = wedgeDocument();
  return reportModel({
    ...document,
    verdict: "insufficient-evidence",
    headline: "The log has command starts only: who waited for whom cannot be told.",
    incidents: [],
    case: {
      ...document.case,
      timeZone: { assumed: "UTC", from: "default" },
      coverage: { commandStart: true, completion: false, track: false, monitor: 0, lslocks: 0, lsof: 0, syslog: 0 },
      missing: [
        "track output (configurable track=1) and completions (server=3) in the log",
        "lslocks captured during the outage",
        "p4 monitor show -ale captured during the outage",
      ],
    },
    detectors: [
      { id: "db-wedge", status: "skipped", missing: ["table-track", "lslocks"] },
      { id: "slow-command", status: "skipped", missing: ["command-completion"] },
    ],
  });
}

/** Part of the evidence was damaged: it has to be said on the first screen. */
export function lostEvidenceModel(): ReportModel {
  const document = wedgeDocument();
  const inputs = document.case.inputs.map((input) => {
    if (input.id === 2) {
      const bytesBy = { parsed: input.bytes - 3_400_000, noise: 0, unknown: 400_000, skipped: 3_000_000 };
      return { ...input, bytesBy, notes: ["truncated gzip after 101.9 MB"] };
    }
    return input.id === 3 ? { ...input, notes: ["first line torn"] } : input;
  });
  return reportModel({ ...document, case: { ...document.case, inputs } }, { timeline: wedgeTimeline() });
}
