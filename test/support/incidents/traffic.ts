import type { Errand } from "../fixture-scenarios/everyday-commands.js";
import { free, own, read, write } from "./lock-errands.js";
import type { SimulatedServer } from "./simulated-server.js";

/** Build machines that tag and read labels, so that db.label matters to somebody. */
export function labelUsers(server: SimulatedServer, fromMs: number, untilMs: number): void {
  const { random } = server.options;
  const errand = (): Errand => {
    const label = `build-${random.between(100, 999)}`;
    return random.next() < 0.5
      ? {
          cmd: "user-tag",
          args: `-l ${label} //depot/tools/build/...`,
          steps: [
            { lock: `label/${label}`, mode: "W" },
            read("domain"),
            write("label"),
            { work: random.between(2, 40) },
            free,
          ],
        }
      : {
          cmd: "user-sync",
          args: `//...@${label}`,
          steps: [
            read("domain"),
            read("label"),
            { work: random.between(3, 60) },
            free,
            { computeEnd: true },
            { send: random.between(10, 3000) },
          ],
        };
  };
  for (let i = random.between(5, 10); i > 0; i--) {
    const who = server.guest({
      user: "jenkins",
      workspace: `jenkins-label${i}`,
      app: "jenkins.p4-plugin (p4java)/2022.1.2350281",
      role: "build",
    });
    server.repeat(
      fromMs + random.between(1000, 20_000),
      untilMs,
      who,
      () => [errand()],
      () => random.between(4000, 26_000),
    );
  }
}

/** Tools that set and read keys: counters of a build farm, states of a review system. */
export function keyUsers(server: SimulatedServer, fromMs: number, untilMs: number): void {
  const { random } = server.options;
  for (let i = random.between(4, 9); i > 0; i--) {
    const who = server.guest({
      user: `farm${i}`,
      workspace: `farm-${i}`,
      app: "P4Python [PY3.10.4/P4PY2023.2/API2023.2/2513904]/v95",
    });
    const set = (): Errand => ({
      cmd: "user-key",
      args: `farm-${i}-state ${random.between(1, 9999)}`,
      steps: [read("user"), free, write("nameval"), { work: 1 }, free],
    });
    server.repeat(
      fromMs + random.between(500, 9000),
      untilMs,
      who,
      () => [set()],
      () => random.between(3000, 15_000),
    );
  }
}

/** Every command reads who it is and what it may, first of all, and lets go again. */
export function readsProtections(server: SimulatedServer, fromMs: number, untilMs: number): void {
  const first = [read("user"), read("group"), read("trigger"), read("protect"), { work: 1 }, free];
  const none = new Set(["user-protect", "user-group", "user-triggers", "IDLE", "rmt-Journal"]);
  server.reshape(fromMs, untilMs, (plan) =>
    none.has(plan.cmd) ? plan : { ...plan, steps: [...first, ...plan.steps] },
  );
}

/** Several tools act on one workspace. */
export function sharesWorkspace(
  server: SimulatedServer,
  workspace: string,
  user: string,
  fromMs: number,
  untilMs: number,
  count: number,
): void {
  const { random } = server.options;
  const tools = [
    "Helix P4V/NTX64/2023.3/2495381/v94",
    "UnrealEngine/NTX64/2023.1/2468153/v92",
    "Rider/2023.3 (P4 plugin)/v94",
    "p4/2023.2/NTX64/2519561",
  ];
  const ip = `10.21.${random.between(0, 9)}.${random.between(10, 200)}`;
  for (let i = 0; i < count; i++) {
    const who = server.guest({ user, workspace, ip, app: tools[i % tools.length] ?? "p4" });
    const errand = (): Errand => {
      const file = `//${workspace}/Content/Map${random.between(1, 40)}.umap`;
      const [cmd, args] = random.pick([
        ["user-edit", `-c default ${file}`],
        ["user-revert", file],
        ["user-add", `-f ${file}`],
        ["user-reconcile", `-f -m ${file}`],
      ] as const);
      return {
        cmd,
        args,
        steps: [
          own(workspace),
          read("have"),
          write("locks"),
          write("working"),
          { work: random.between(2, 30) },
          free,
          { receive: random.between(5, 400) },
        ],
      };
    };
    server.repeat(
      fromMs + random.between(0, 15_000),
      untilMs,
      who,
      () => [errand()],
      () => random.between(4000, 20_000),
    );
  }
}
