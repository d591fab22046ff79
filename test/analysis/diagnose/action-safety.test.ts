import { describe, expect, it } from "vitest";
import type { ActionDraft, Cause, IncidentFacts } from "../../../src/analysis/diagnose/cause.js";
import { causes } from "../../../src/analysis/diagnose/causes/registry.js";
import { blockerActions } from "../../../src/analysis/diagnose/remedies.js";
import { objections, preventionObjections } from "../../support/action-safety.js";
import { casesOf, contextsOf, factsOfContext, tell } from "../../support/cause-walk.js";
import { wedge } from "./cause-cases.js";

/** Every incident of every cause's cases, while it lasts and afterwards: any cause may be asked about any of them. */
const everywhere = (await Promise.all(causes.map(({ id }) => casesOf(id)))).flatMap(contextsOf).flatMap(factsOfContext);

function faults(cause: Cause): string[] {
  const tellings = everywhere.flatMap((one) => tell(cause, one) ?? []);
  const found = tellings.flatMap(({ facts, actions, prevention }) => [
    ...actions.flatMap((action) => objections(action, facts).map((why) => `${why}: ${action.text}`)),
    ...prevention.flatMap((step) => preventionObjections(step).map((why) => `${why}: ${step.text}`)),
  ]);
  return [...new Set(found)];
}

describe("no advice can lose data", () => {
  it.each(causes.map((cause) => [cause.id, cause] as const))("%s", (_id, cause) => {
    expect(everywhere.some((one) => tell(cause, one) !== null)).toBe(true);
    expect(faults(cause)).toEqual([]);
  });

  it("nor what is said where no cause is known", () => {
    const all = everywhere.flatMap(({ facts }) =>
      blockerActions(facts).flatMap((action) => objections(action, facts).map((why) => `${why}: ${action.text}`)),
    );
    expect([...new Set(all)]).toEqual([]);
  });
});

describe("the check itself", () => {
  const writer = factsFrom(wedge({ cmd: "user-submit", args: "", user: "ines" }, { mode: "W" }));
  const reader = factsFrom(wedge({ cmd: "user-files", args: "//depot/..." }));
  const damaged = {
    ...writer,
    draft: { ...writer.draft, category: "corruption", severity: "critical" },
  } as IncidentFacts;
  const act = (text: string, more: Partial<ActionDraft> = {}): ActionDraft => ({
    id: "planted",
    risk: "alert",
    when: "now",
    text,
    command: null,
    check: "Look first.",
    why: "Because.",
    ...more,
  });

  it.each([
    ["a signal", act("If it does not end, kill -9 4101.")],
    ["a softer signal", act("Send it kill -TERM 4101.", { risk: "risky" })],
    ["a table removed", act("Stop p4d and rm /p4/1/root/db.have, it is made anew.")],
    ["the journal cut", act("Truncate the journal to make room.", { risk: "risky" })],
    ["the journal overwritten", act("Make room: > /p4/1/logs/journal")],
    ["locks removed", act("Delete everything in server.locks.", { risk: "risky" })],
    ["archives moved", act("Move away the archives of the old depot.", { risk: "risky" })],
    ["a replay", act("Run p4d -r /p4/1/root -jr journal.17 to get the rows back.", { risk: "risky" })],
    ["a repair", act("Run p4d -r /p4/1/root -xrU.", { risk: "risky" })],
    ["an obliterate", act("Make room with p4 obliterate -y //depot/old/...", { risk: "risky" })],
    ["a forced failover", act("Run p4 failover -i on the standby.", { risk: "risky" })],
    ["a restart called safe", act("p4 admin restart", { risk: "safe" })],
    ["a restart unchecked", act("Restart the server with p4 admin restart.", { risk: "risky", check: "" })],
    ["a hard stop", act("Power off the host.", { risk: "risky" })],
    ["a writer called safe", act("p4 monitor terminate 10", { risk: "safe" })],
    ["a writer unchecked", act("p4 monitor terminate 10", { risk: "risky", check: "" })],
    ["a pause of the holder", act("p4 monitor pause 10", { risk: "risky" })],
    ["the offline door unweighed", act('p4d "-cset filesys.P4ROOT.min=1M"', { risk: "safe" })],
    ["two commands", act("End it.", { risk: "risky", command: "p4 monitor terminate 10; rm -rf /" })],
    ["a command never to be typed", act("Never.", { risk: "never", command: "kill -9 10" })],
    ["no reason", act("Wait.", { why: "" })],
  ])("refuses %s", (_what, action) => {
    expect(objections(action, writer)).not.toEqual([]);
  });

  it("refuses to restart what is damaged, however well it is checked", () => {
    const action = act("Have somebody restart the server.", { risk: "risky" });
    expect(objections(action, writer)).toEqual([]);
    expect(objections(action, damaged)).toEqual(["restart of a damaged database"]);
  });

  it("lets warnings, readers and checked stops pass", () => {
    expect(objections(act("Tell them; never kill -9 a writer, nor power off the host."), writer)).toEqual([]);
    const command = "p4 monitor terminate 10";
    expect(objections(act("It only reads.", { risk: "safe", command }), reader)).toEqual([]);
    expect(objections(act("Stop it with p4 admin stop.", { risk: "risky" }), writer)).toEqual([]);
  });

  it("refuses it in a cause among the others", () => {
    const honest = causes.find(({ id }) => id === "long-scan-query") as Cause;
    expect(faults(honest)).toEqual([]);
    const planted: Cause = { ...honest, actions: () => [act("Just kill -9 it.")] };
    expect(faults(planted)).toEqual(["a signal to a process: Just kill -9 it."]);
    const prevention = () => [{ text: "Each night rm the journal.", command: null, knowledge: [] }];
    expect(faults({ ...honest, prevention })).toEqual(["removal of the server's files: Each night rm the journal."]);
  });

  function factsFrom(make: ReturnType<typeof wedge>): IncidentFacts {
    const [first] = factsOfContext(make());
    if (first === undefined) throw new Error("the case has an incident");
    return first.facts;
  }
});
