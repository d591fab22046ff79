import { describe, expect, it } from "vitest";
import { impactByIncident } from "../../../src/analysis/incident/incident.js";
import { quiet, scene } from "../../support/lock-scene.js";
import { full } from "../detect/cases/connection-spike.js";
import { analyse } from "../diagnose/analyse.js";

const victim = (user: string, waitMs: number, ip: string, app = "P4V/NTX64/2023.2/2519561/v93") => ({
  waitMs,
  command: { user, ip, app },
});

function breakdown(context: ReturnType<typeof scene>) {
  const { drafts } = analyse(context);
  return impactByIncident(drafts, context)["inc-1"];
}

describe("impact by user, program and place", () => {
  const context = scene({
    victims: [
      victim("ines", 30_000, "10.20.1.7"),
      victim("ines", 10_000, "10.20.1.8", "p4/2023.2/LINUX26X86_64/2519561"),
      victim("marta", 25_000, "10.60.0.3/10.21.4.9"),
      victim("", 5000, "unknown"),
    ],
  });

  it("splits waiting time, most first", () => {
    expect(breakdown(context)?.byUser).toEqual([
      { name: "ines", commands: 2, users: 1, blockedSeconds: 40 },
      { name: "marta", commands: 1, users: 1, blockedSeconds: 25 },
      { name: "unknown", commands: 1, users: 0, blockedSeconds: 5 },
    ]);
  });

  it("takes versions of a program together", () => {
    expect(breakdown(context)?.byApplication.map(({ name, commands }) => [name, commands])).toEqual([
      ["P4V", 3],
      ["p4", 1],
    ]);
  });

  it("names the proxy, else the network, else what the log says", () => {
    expect(breakdown(context)?.byPlace.map(({ name }) => name)).toEqual([
      "10.20.1.0/24",
      "by way of 10.60.0.3",
      "unknown",
    ]);
  });

  it("adds up to the impact of the incident each way", () => {
    const { drafts } = analyse(context);
    const { byUser = [], byApplication = [], byPlace = [] } = breakdown(context) ?? {};
    const sums = [byUser, byApplication, byPlace].map((list) =>
      list.reduce((sum, share) => sum + share.blockedSeconds, 0),
    );
    expect(sums).toEqual([70, 70, 70]);
    expect(drafts[0]?.impact.blockedMs).toBe(70_000);
  });

  it("counts refused commands where nobody waited for a lock", () => {
    const refused = full(30);
    const impact = impactByIncident(analyse(refused).drafts, refused)["inc-1"];
    expect(impact?.byUser.reduce((sum, share) => sum + share.commands, 0)).toBe(30);
    expect(impact?.byUser.every((share) => share.blockedSeconds === 0)).toBe(true);
  });

  it("says what would have been without the root, and never more than was lost", () => {
    const found = scene();
    const [cluster] = found.locks(1).clusters;
    const roots = (cluster?.roots ?? []).map((root) => ({ ...root, freedCommands: 9, avoidableMs: 999_000 }));
    const [without, ...others] = breakdown(scene({ cluster: { roots } }))?.without ?? [];
    expect(without).toMatchObject({ user: "root0", resource: "db.rev", freedCommands: 3, savedSeconds: 90 });
    expect(others).toEqual([]);
    expect(breakdown(found)?.without).toEqual([]);
  });

  it("replays only the named one of alternatives", () => {
    const two = scene({ roots: [{}, {}] });
    const roots = (two.locks(1).clusters[0]?.roots ?? []).map((root) => ({
      ...root,
      freedCommands: 1,
      avoidableMs: 1000,
    }));
    expect(breakdown(scene({ roots: [{}, {}], cluster: { roots, tie: true } }))?.without).toHaveLength(1);
  });

  it("is left out where nobody was hurt", () => {
    const context = quiet();
    expect(impactByIncident(analyse(context).drafts, context)).toEqual({});
  });
});
