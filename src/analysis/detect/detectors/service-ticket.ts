import { z } from "zod";
import type { CaseReader, CommandFact } from "../../../contracts/case-reader.js";
import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { Detector, Fact } from "../../../contracts/signal.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { pullStates } from "../pull-states.js";
import { harmedBy, knownErrors } from "../server-errors.js";
import { clock, plural, quote } from "../words.js";

const settingsSchema = z.strictObject({
  refusals: z.number().int().positive().default(5).describe("refusals of a service at most an hour apart"),
});
type Settings = z.infer<typeof settingsSchema>;

/** A replica tries again every few seconds; captures come when somebody has noticed. */
const RETRY_MS = 3_600_000;

/** The ticket of a replica's service user ran out: it asks again and again and gets nothing. */
export const serviceTicket: Detector<Settings> = {
  id: "service-ticket",
  title: "Ticket of a service user",
  question: "Was a replica or another service refused for want of a valid ticket?",
  needs: [],
  needsAny: ["server-errors", "pull-state"],
  settings: settingsSchema,
  falseAlarms:
    "A person whose user name looks like a service. Never counted: people whose session has expired, one refusal at a restart.",
  source: "p4 help pull (service users need a ticket that does not expire); p4 pull -lj then prints the refusal.",
  *detect({ reader }, serverId, settings) {
    const refusals = [...errorLines(reader, serverId), ...refusedPulls(reader, serverId)].sort(
      (a, b) => a.atMs - b.atMs,
    );
    for (const spell of spells(refusals, RETRY_MS)) {
      const seen = spell.some((one) => one.decisive);
      const first = spell[0];
      const last = spell.at(-1);
      if (first === undefined || last === undefined || (!seen && spell.length < settings.refusals)) continue;
      const words = `${quote(first.who, 40)} was refused ${plural(spell.length, "time")} from ${clock(first.atMs)} on: ${quote(first.text)}`;
      const facts: Fact[] = [fact(words, spell.length, "errors", first.ref)];
      yield hostSignal({
        detector: "service-ticket",
        serverId,
        category: "replication-stall",
        kind: "ticket",
        fromMs: first.atMs,
        toMs: last.atMs,
        resource: { kind: "server", name: "ticket" },
        facts,
        severity: "major",
      });
    }
  },
};

interface Refusal {
  readonly atMs: number;
  readonly who: string;
  readonly text: string;
  readonly ref: Fact["ref"];
  /** The replica itself says so: once is enough. */
  readonly decisive: boolean;
}

/** Sites name their service users after the SDP: svc_p4d_ha, svc-replica, service_edge. */
const SERVICE_USER = /^(?:svc|service)/i;
const SERVICE_COMMAND = /^(?:pull|rmt-|journalcopy|ldapsync)/; // rmt-Journal, pull -i 1

function errorLines(reader: CaseReader, serverId: number): Refusal[] {
  const errors = knownErrors(reader, serverId, "ticket");
  const users = new Map(harmedBy(reader, serverId, errors).map((one) => [one.pid, one.user]));
  return errors.flatMap(({ atMs, pid, operation, text, ref }) => {
    const user = users.get(pid ?? -1) ?? "";
    if (!SERVICE_COMMAND.test(operation) && !SERVICE_USER.test(user)) return [];
    return [{ atMs, who: user === "" ? operation : user, text, ref, decisive: false }];
  });
}

/** On the master a refused pull is a command with a failed authentication; pull -lj on the replica prints the refusal. */
function refusedPulls(reader: CaseReader, serverId: number): Refusal[] {
  const failed = (command: CommandFact) => (command.flags & COMMAND_FLAG.failedAuth) !== 0;
  const commands = reader.commandsNamed(serverId, ["rmt-Journal", "rmt-JournalPos", "rmt-FileFetch"], 5000);
  const text = "failed authentication check";
  return [
    ...commands.filter(failed).map(({ startMs, user, trackRef, ref }) => {
      return { atMs: startMs, who: user, text, ref: trackRef ?? ref, decisive: false };
    }),
    ...pullStates(reader, serverId).flatMap(({ ticketError, atMs }) => {
      if (ticketError === null) return [];
      return [{ atMs, who: "this replica", text: ticketError.text, ref: ticketError.ref, decisive: true }];
    }),
  ];
}
