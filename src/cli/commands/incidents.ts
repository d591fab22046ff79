import { Command } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import { printable } from "../../base/printable.js";
import { logTime } from "../../base/time.js";
import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { type CaseFlags, documentOf } from "../case-document.js";
import { applyCommon, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { asJson, deliver } from "../write-file.js";

const LIST_COLUMNS = ["id", "severity", "category", "start", "pid", "user", "resource", "blocked", "seconds"];

const EXAMPLES = `
Examples:
  p4rca incidents list --case p4rca-incident/case.sqlite
  p4rca incidents show inc-1 --case p4rca-incident/case.sqlite`;

export function incidentsCommand(console: Console): Command {
  const group = new Command("incidents")
    .summary("list the incidents of a case, or show one")
    .description("Lists the incidents of a case, worst first, or shows one.")
    .addHelpText("after", EXAMPLES);
  group.addCommand(listCommand(console), { isDefault: true });
  group.addCommand(showCommand(console));
  return group;
}

function listCommand(console: Console): Command {
  const command = new Command("list")
    .description("one line an incident, worst first (what `p4rca incidents` does alone)")
    .requiredOption("--case <file>", "the case database")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: CaseFlags) => {
      applyCommon(console, flags);
      const model = await documentOf(console, flags);
      const { incidents, headline } = model.document;
      const table = () =>
        console.table(
          incidents.map((incident) => listRow(incident, model)),
          LIST_COLUMNS,
        );
      const text = flags.json ? asJson(incidents) : incidents.length === 0 ? `${printable(headline)}\n` : table();
      deliver(console, text, flags.output);
    });
  return withCommonOptions(command);
}

/** Times as the log prints them, with their zone. */
function listRow(incident: Incident, model: ReportModel): Record<string, unknown> {
  const { id, severity, category, window, suspect, resource, impact } = incident;
  const zone = model.zones[incident.server] ?? { offsetMinutes: 0, label: "UTC" };
  return {
    id,
    severity,
    category,
    start: `${logTime(Date.parse(window.start) + zone.offsetMinutes * 60_000)} ${zone.label}`,
    pid: suspect?.pid ?? null,
    user: suspect?.user ?? null,
    resource: resource.name,
    blocked: impact.blockedCommands,
    seconds: impact.blockedSeconds,
  };
}

function showCommand(console: Console): Command {
  const command = new Command("show")
    .description("everything about one incident")
    .argument("<id>", "inc-1, inc-2 ...")
    .requiredOption("--case <file>", "the case database")
    .addHelpText("after", EXAMPLES)
    .action(async (id: string, flags: CaseFlags) => {
      applyCommon(console, flags);
      const model = await documentOf(console, flags);
      const incident = model.document.incidents.find((candidate) => candidate.id === id);
      if (incident === undefined) {
        const known = model.document.incidents.map((candidate) => candidate.id).join(", ") || "none";
        throw new OperatorError("no-such-incident", `no incident ${id}; this case has: ${known}`, EXIT.usage);
      }
      const { renderReport } = await import("../../pipeline/render.js");
      const alone = { ...model, document: { ...model.document, incidents: [incident] } };
      deliver(console, flags.json ? asJson(incident) : renderReport("md", alone, {}), flags.output);
    });
  return withCommonOptions(command);
}
