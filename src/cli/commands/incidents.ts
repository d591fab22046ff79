import { Command } from "commander";
import { EXIT, OperatorError } from "../../base/errors.js";
import { documentOf } from "../case-document.js";
import { applyCommon, type CommonFlags, withCommonOptions } from "../common-options.js";
import type { Console } from "../console.js";
import { requireCase } from "./analyze.js";

type Flags = CommonFlags & { case?: string };

const EXAMPLES = `
Examples:
  p4rca incidents list --case p4rca-incident/case.sqlite
  p4rca incidents show inc-1 --case p4rca-incident/case.sqlite`;

export function incidentsCommand(console: Console): Command {
  const group = new Command("incidents")
    .summary("list the incidents of a case, or show one")
    .description("Lists the incidents of a case, worst first, or shows one.")
    .addHelpText("after", EXAMPLES);
  group.addCommand(listCommand(console));
  group.addCommand(showCommand(console));
  return group;
}

function listCommand(console: Console): Command {
  const command = new Command("list")
    .description("one line an incident, worst first")
    .requiredOption("--case <file>", "the case database")
    .action(async (flags: Flags) => {
      applyCommon(console, flags);
      const { document } = await documentOf(console, requireCase(flags.case), flags);
      if (flags.json) {
        console.out(`${JSON.stringify(document.incidents, null, 2)}\n`);
        return;
      }
      const rows = document.incidents.map((incident) => ({
        id: incident.id,
        severity: incident.severity,
        category: incident.category,
        start: incident.window.start,
        pid: incident.suspect?.pid ?? "",
        user: incident.suspect?.user ?? "",
        resource: incident.resource.name,
        blocked: incident.impact.blockedCommands,
        seconds: incident.impact.blockedSeconds,
      }));
      if (rows.length === 0) console.out(`${document.headline}\n`);
      else console.table(rows, Object.keys(rows[0] ?? {}));
    });
  return withCommonOptions(command);
}

function showCommand(console: Console): Command {
  const command = new Command("show")
    .description("everything about one incident")
    .argument("<id>", "inc-1, inc-2 ...")
    .requiredOption("--case <file>", "the case database")
    .action(async (id: string, flags: Flags) => {
      applyCommon(console, flags);
      const model = await documentOf(console, requireCase(flags.case), flags);
      const incident = model.document.incidents.find((candidate) => candidate.id === id);
      if (incident === undefined) {
        const known = model.document.incidents.map((candidate) => candidate.id).join(", ") || "none";
        throw new OperatorError("no-such-incident", `no incident ${id}; this case has: ${known}`, EXIT.usage);
      }
      const { renderReport } = await import("../../pipeline/render.js");
      const alone = { ...model, document: { ...model.document, incidents: [incident] } };
      console.out(flags.json ? `${JSON.stringify(incident, null, 2)}\n` : renderReport("md", alone, {}));
    });
  return withCommonOptions(command);
}
