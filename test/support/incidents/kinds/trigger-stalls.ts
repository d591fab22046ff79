import type { ProcessRow } from "../../evidence-writers/host-state.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Plan, Run, Step } from "../../fixture-scenarios/world-shapes.js";
import { calmHost, lookAtHost } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** Scripts that p4d calls and waits for (taxonomy 25, 44). */
export const TRIGGER_STALLS: readonly IncidentKind[] = [
  { id: "trigger-slow", family: "fault", build: slow },
  { id: "trigger-hang", family: "fault", never: ["no-captures", "no-host-evidence", "skewed-clock"], build: hang },
  { id: "trigger-failure", family: "fault", build: failure },
  { id: "review-system-down", family: "fault", build: reviewSystemDown },
];

const NAMES = ["jira.check", "policy.filesize", "lint.gate", "dlp-scan", "asset.validate", "ticket.required"];

/** Everyday submits call `swarm.change-content`; here the site's own script stands in its place. */
function renameTrigger(server: SimulatedServer, name: string): void {
  const { fromMs, untilMs } = server.options;
  server.reshape(fromMs - 1, untilMs + 1, (plan) =>
    withTrigger(plan, "swarm.change-content", (step) => ({ ...step, trigger: name })),
  );
}

type TriggerStep = Extract<Step, { readonly trigger: string }>;

function withTrigger(plan: Plan, name: string, change: (step: TriggerStep) => TriggerStep): Plan {
  const touch = (step: Step) => ("trigger" in step && step.trigger === name ? change(step) : step);
  return { ...plan, steps: plan.steps.map(touch) };
}

function slow(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(18, 28) * 1000 });
  const { server } = scene;
  const name = random.pick(NAMES);
  const begin = scene.moment(random.between(28, 45) / 100);
  const end = begin + random.between(330, 560) * 1000;
  renameTrigger(server, name);
  const leastMs = random.between(14, 45) * 1000;
  server.reshape(begin, end, (plan) =>
    withTrigger(plan, name, (step) => ({ ...step, ms: leastMs + random.between(0, 22_000) })),
  );
  server.lookTwice(begin + 200_000);
  lookAtHost(server, begin + 201_000, calmHost(random));
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 60_000) };
  return scene.finish(oneIncident("trigger-stall", ["trigger-hang-or-slow"], { resources: [name], window }));
}

/** What the script asks does not answer: it never returns, so the log has no line of it. */
function hang(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(18, 28) * 1000 });
  const { server } = scene;
  const name = random.pick(NAMES);
  const begin = scene.moment(random.between(62, 72) / 100);
  renameTrigger(server, name);
  server.reshape(begin, scene.untilMs + 1, (plan) => withTrigger(plan, name, (step) => ({ ...step, ms: 36_000_000 })));
  const atMs = scene.untilMs - random.between(25, 60) * 1000;
  server.lookTwice(atMs);
  const script = random.pick(["curl", "python3", "jira-check.py", "perl"]);
  lookAtHost(server, atMs, {
    ...calmHost(random),
    processOf: (run) => ({ stat: "S", wchan: hangs(run, name) ? "pipe_read" : "-", cpuPercent: 0, rssKb: 14_200 }),
    children: (running) => running.filter((run) => hangs(run, name)).map((run) => child(run, script, atMs)),
  });
  return scene.finish(() => {
    const roots = server.world.all.filter((run) => run.endMs === null && hangs(run, name)).map((run) => run.plan.pid);
    const window = { fromMs: begin, toMs: scene.untilMs };
    const hangings = oneIncident("trigger-stall", ["trigger-hang-or-slow"], { window });
    return roots.length === 0 ? { verdict: "no-incident", incidents: [] } : hangings;
  });
}

function hangs(run: Run, name: string): boolean {
  return run.plan.steps.some((step) => "trigger" in step && step.trigger === name && step.ms > 3_600_000);
}

function child(run: Run, script: string, atMs: number): ProcessRow {
  const elapsedMs = Math.max(1000, atMs - run.startMs - 100);
  return {
    pid: run.plan.pid + 1,
    parent: run.plan.pid,
    stat: "S",
    wchan: "do_wait",
    cpuPercent: 0,
    rssKb: 11_004,
    elapsedMs,
    comm: script,
  };
}

/** The script runs and fails for everybody, whatever they submit. */
function failure(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(14, 22) * 1000 });
  const { server } = scene;
  const name = random.pick(NAMES);
  const begin = scene.moment(random.between(28, 50) / 100);
  const end = begin + random.between(300, 520) * 1000;
  renameTrigger(server, name);
  const why = random.pick([
    "ConnectionRefusedError: [Errno 111] Connection refused",
    "/p4/common/site/triggers/check.sh: line 41: jq: command not found",
    "requests.exceptions.SSLError: certificate verify failed: certificate has expired (_ssl.c:1007)",
    "ModuleNotFoundError: No module named 'P4'",
  ]);
  let change = random.between(810_000, 890_000);
  server.reshape(begin, end, (plan) => {
    if (plan.cmd !== "dm-CommitSubmit") return plan;
    const ms = random.between(60, 900);
    const atMs = server.world.nowMs + ms;
    const texts = [
      `Submit validation failed -- fix problems then use 'p4 submit -c ${change++}'.`,
      `'${name}' validation failed: ${why}`,
    ];
    server.log(atMs, (log) => log.error(atMs, plan.pid, plan.cmd, texts), plan.pid);
    return {
      ...plan,
      steps: [
        { lock: `clients/${plan.workspace}`, mode: "W" },
        { trigger: name, ms },
      ],
    };
  });
  server.lookTwice(begin + 120_000);
  return scene.finish(
    oneIncident("trigger-stall", ["trigger-failure"], { resources: [name], window: { fromMs: begin, toMs: end } }),
  );
}

/** Swarm does not take calls: each of its triggers gives up only after its own limit. */
function reviewSystemDown(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(18, 26) * 1000 });
  const { server } = scene;
  const begin = scene.moment(random.between(28, 45) / 100);
  const end = begin + random.between(330, 560) * 1000;
  const limitMs = random.pick([10_000, 20_000, 30_000]);
  server.reshape(begin, end, (plan) => {
    const touch = (step: Step) =>
      "trigger" in step && step.trigger.startsWith("swarm.") ? { ...step, ms: limitMs + random.between(4, 90) } : step;
    return { ...plan, steps: plan.steps.map(touch) };
  });
  server.lookTwice(begin + 200_000);
  const causes = ["swarm-or-integration-failure", "trigger-hang-or-slow"];
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 60_000) };
  return scene.finish(
    oneIncident("trigger-stall", causes, { resources: ["swarm.change-content", "swarm.changesave"], window }),
  );
}
