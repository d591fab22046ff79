import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runDetectors } from "../../../src/analysis/detect/detect.js";
import { detectors } from "../../../src/analysis/detect/registry.js";
import { EXIT, OperatorError } from "../../../src/base/errors.js";
import type { Detector } from "../../../src/contracts/signal.js";
import { FULL_LOG, server } from "../../support/fake-reader.js";
import { quiet, scene } from "../../support/lock-scene.js";

function detector(over: Partial<Detector>): Detector {
  return {
    id: "probe",
    title: "",
    question: "",
    needs: [],
    settings: z.strictObject({}),
    falseAlarms: "",
    source: "",
    detect: () => [],
    ...over,
  };
}

function usage(work: () => unknown): OperatorError {
  try {
    work();
  } catch (error) {
    if (error instanceof OperatorError) return error;
  }
  throw new Error("expected an OperatorError");
}

describe("runDetectors", () => {
  it("goes on after a detector that fails", () => {
    const broken = detector({
      id: "broken",
      detect: () => {
        throw new Error("no such row");
      },
    });
    const runs = runDetectors(quiet(), {}, [broken, detector({})]);
    expect(runs).toEqual([
      { detector: "broken", serverId: 1, status: "failed", message: "no such row" },
      { detector: "probe", serverId: 1, status: "clear" },
    ]);
  });

  it("catches a failure while signals are being read", () => {
    const broken = detector({
      *detect() {
        yield* [];
        throw new Error("half way");
      },
    });
    expect(runDetectors(quiet(), {}, [broken])[0]?.status).toBe("failed");
  });

  it("asks each server by what that server's evidence can answer", () => {
    const context = quiet([], {
      servers: [server(), server({ id: 2, label: "s2" })],
      capabilities: (id) => (id === 1 ? FULL_LOG : ["monitor"]),
    });
    const probe = detector({ needs: ["command-start"], needsAny: ["table-track", "lslocks"] });
    expect(runDetectors(context, {}, [probe])).toEqual([
      { detector: "probe", serverId: 1, status: "clear" },
      { detector: "probe", serverId: 2, status: "skipped", missing: ["command-start", "table-track", "lslocks"] },
    ]);
  });

  it("takes one of several alternatives", () => {
    const probe = detector({ needsAny: ["table-track", "lslocks"] });
    expect(runDetectors(quiet([], { capabilities: ["lslocks"] }), {}, [probe])[0]?.status).toBe("clear");
  });

  it("obeys settings", () => {
    const context = scene({ victims: [{ waitMs: 3000 }, { waitMs: 3000 }, { waitMs: 3000 }] });
    const wedge = (settings: Record<string, unknown>) =>
      runDetectors(context, settings).find((run) => run.detector === "db-wedge")?.status;
    expect(wedge({})).toBe("clear");
    expect(wedge({ "db-wedge": { waitMs: 2000 } })).toBe("fired");
  });

  it("refuses a detector that does not exist, naming those that do", () => {
    const error = usage(() => runDetectors(quiet(), { "db-wedgie": {} }));
    expect(error.exitCode).toBe(EXIT.usage);
    expect(error.message).toContain("db-wedgie");
    expect(error.hint).toContain("db-wedge");
  });

  it.each([
    ["a wrong type", { waitMs: "soon" }, "detectors.db-wedge.waitMs"],
    ["a negative limit", { waitMs: -1 }, "detectors.db-wedge.waitMs"],
    ["a misspelt key", { waitMS: 5 }, "waitMS"],
    ["no object", 7, "detectors.db-wedge"],
  ])("refuses %s", (_title, value, named) => {
    const error = usage(() => runDetectors(quiet(), { "db-wedge": value }));
    expect(error.exitCode).toBe(EXIT.usage);
    expect(error.message).toContain(named);
  });
});

describe("the registry", () => {
  it("has each id once, in kebab case", () => {
    const ids = detectors.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("has a documented default for every setting", () => {
    for (const one of detectors) {
      expect(one.settings.safeParse({}).success).toBe(true);
      const schema = z.toJSONSchema(one.settings, { io: "input" }) as { properties: Record<string, object> };
      for (const [key, property] of Object.entries(schema.properties)) {
        expect(property, `${one.id}.${key}`).toMatchObject({
          description: expect.any(String),
          default: expect.anything(),
        });
      }
    }
  });
});

describe("lock signals", () => {
  it("name the subject and the locked object", () => {
    const run = runDetectors(scene(), {}).find((one) => one.detector === "db-wedge");
    const signal = run?.status === "fired" ? run.signals[0] : undefined;
    expect(signal?.resource).toEqual({ kind: "table", name: "db.rev", mode: "read" });
    expect(signal?.subject?.user).toBe("root0");
  });

  it("are two where two independent roots each cost others much", () => {
    const context = scene({
      roots: [{ object: "db.rev" }, { object: "db.have", mode: "W", fromS: 20 }],
      victims: [{}, {}, {}, ...Array.from({ length: 3 }, () => ({ root: 1, object: "db.have", fromS: 22 }))],
    });
    const run = runDetectors(context, {}).find((one) => one.detector === "db-wedge");
    const names = run?.status === "fired" ? run.signals.map((signal) => signal.resource.name) : [];
    expect(names).toEqual(["db.rev", "db.have"]);
  });

  it("stay one where the evidence cannot tell which of two it was", () => {
    const context = scene({ roots: [{}, {}], victims: [{}, {}, {}, { root: 1 }], cluster: { tie: true } });
    const run = runDetectors(context, {}).find((one) => one.detector === "db-wedge");
    expect(run?.status === "fired" && run.signals.length).toBe(1);
  });

  it("call a shared lock a lock and a workspace a client", () => {
    const resource = (object: string, scope: "table" | "client" | "other") => {
      const runs = runDetectors(scene({ roots: [{ object, mode: "W" }], cluster: { scope } }), {});
      const fired = runs.find((one) => one.status === "fired");
      return fired?.status === "fired" ? fired.signals[0]?.resource : undefined;
    };
    expect(resource("meta/commit", "table")).toEqual({ kind: "lock", name: "meta/commit", mode: "write" });
    expect(resource("label/rel", "other")).toEqual({ kind: "lock", name: "label/rel", mode: "write" });
    expect(resource("clients/my.ws", "client")).toEqual({ kind: "client", name: "my.ws", mode: "write" });
  });
});
