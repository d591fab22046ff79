import { proxyLogText } from "../../evidence-writers/server-state.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { Plan, Step } from "../../fixture-scenarios/world-shapes.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** The way between the server and its clients (taxonomy 27 to 29). The server itself has nothing to do. */
export const NETWORK_STALLS: readonly IncidentKind[] = [
  { id: "slow-site", family: "fault", never: ["coarse-track"], build: slowSite },
  { id: "slow-client", family: "fault", never: ["coarse-track"], build: slowClient },
  { id: "mass-disconnect", family: "fault", never: ["log-hole"], build: massDisconnect },
  { id: "proxy-fault", family: "fault", never: ["coarse-track", "no-host-evidence"], build: proxyFault },
];

/** The same plan, sending at another speed: the peer takes the same late. */
function sendingSlowly(plan: Plan, factor: () => number, leastMs: number): Plan {
  const touch = (step: Step): Step =>
    "send" in step ? { send: Math.floor(leastMs + step.send * factor()), usual: step.send } : step;
  return { ...plan, steps: plan.steps.map(touch) };
}

/** What the proxy had in its cache goes over the line again. */
function sendingMore(plan: Plan, factor: () => number, leastMs: number): Plan {
  const touch = (step: Step): Step => ("send" in step ? { send: Math.floor(leastMs + step.send * factor()) } : step);
  return { ...plan, steps: plan.steps.map(touch) };
}

/** A branch office behind a proxy or a thin line: all of its transfers crawl, the rest of the company notices nothing. */
function slowSite(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(18, 26) * 1000 });
  const { server } = scene;
  const begin = scene.moment(random.between(28, 45) / 100);
  const end = begin + random.between(330, 560) * 1000;
  const site = `10.${random.pick([20, 21, 22])}.`;
  const proxy = random.next() < 0.5 ? `10.60.0.${random.between(2, 9)}/` : "";
  server.reshape(scene.fromMs - 1, scene.untilMs + 1, (plan) => {
    if (!plan.ip.startsWith(site)) return plan;
    const away = { ...plan, ip: proxy + plan.ip };
    const nowMs = server.world.nowMs;
    if (nowMs < begin || nowMs >= end) return away;
    return sendingSlowly(
      away,
      () => random.between(12, 40),
      plan.cmd === "user-sync" ? random.between(15_000, 70_000) : 400,
    );
  });
  server.lookTwice(begin + 180_000);
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 120_000) };
  return scene.finish(oneIncident("network-stall", ["slow-client-or-network", "proxy-fault"], { window }));
}

/** One workstation takes what it asked for at a crawl; nobody waits for it. */
function slowClient(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const begin = scene.moment(random.between(15, 35) / 100);
  const who = server.guest({ user: random.pick(["wes", "marta", "remote_qa"]) });
  const sendMs = random.between(190_000, 520_000);
  const usual = Math.floor(sendMs * (0.05 + 0.05 * random.next())); // 0.6 to 1.2 MB/s
  const cmd = random.pick(["user-sync", "user-print"]);
  const args = cmd === "user-sync" ? `//${who.workspace}/...` : "//depot/main/builds/nightly_full.zip";
  const pid = server.run(begin, who, [
    { cmd, args, steps: [{ work: random.between(200, 2400) }, { computeEnd: true }, { send: sendMs, usual }] },
  ]);
  server.lookTwice(begin + 120_000);
  const window = { fromMs: begin, toMs: begin + sendMs };
  return scene.finish(oneIncident("network-stall", ["slow-client-or-network"], { roots: [pid], window }));
}

/** A switch or a VPN gateway dies: within seconds everybody of one network is gone, and stays away for a while. */
function massDisconnect(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { people: random.between(40, 60), pauseMs: 24_000 });
  const { server } = scene;
  const begin = scene.moment(random.between(35, 60) / 100);
  const site = `10.${random.pick([20, 21, 22])}.`;
  const awayMs = random.between(90, 260) * 1000;
  const dropped: number[] = [];
  server.kill(
    begin,
    (run) => run.plan.ip.startsWith(site),
    (killed) => {
      for (const run of killed) {
        const atMs = begin + random.between(0, 4000);
        dropped.push(atMs);
        server.log(
          atMs,
          (log) => log.error(atMs, run.plan.pid, run.plan.cmd, brokenWords(random, run.plan.ip)),
          run.plan.pid,
        );
        const foundMs = atMs + random.between(2000, 55_000);
        server.log(foundMs, (log) => log.exitedUnexpectedly({ ...run.plan, startMs: foundMs }), run.plan.pid);
      }
    },
  );
  for (const who of server.people.filter(({ ip }) => ip.startsWith(site))) {
    const atMs = begin + random.between(0, 9000);
    const pid = server.guestPid(atMs - 200_000);
    server.log(atMs, (log) => log.error(atMs, pid, null, brokenWords(random, who.ip)), pid);
    const foundMs = atMs + random.between(5000, 58_000);
    const idle = { ...who, pid, startMs: foundMs, cmd: "IDLE" };
    if (random.next() < 0.7) server.log(foundMs, (log) => log.exitedUnexpectedly(idle), pid);
  }
  server.reshape(begin, begin + awayMs, (plan) => (plan.ip.startsWith(site) ? null : plan));
  server.lookTwice(begin + 40_000);
  const window = { fromMs: begin, toMs: begin + 67_000 };
  return scene.finish(oneIncident("network-stall", ["network-loss-mass-disconnect"], { window }, ["error-burst"]));
}

function brokenWords(random: Random, ip: string): string[] {
  return random.pick([
    [`Connection from ${ip} broken.`, "read: socket: Connection reset by peer", "TCP receive failed."],
    [`Connection from ${ip} broken.`, "read: socket: Connection timed out", "TCP receive failed."],
    ["Partner exited unexpectedly.", `Connection from ${ip} broken.`],
  ]);
}

/** The proxy's cache is gone or full: its clients' syncs all fetch from the server, and the proxy's log says so. */
function proxyFault(random: Random, variant: Variant) {
  const scene = new Scene(random, variant, { pauseMs: random.between(18, 26) * 1000 });
  const { server } = scene;
  const begin = scene.moment(random.between(28, 45) / 100);
  const end = begin + random.between(330, 560) * 1000;
  const site = `10.${random.pick([20, 21, 22])}.`;
  const proxy = `10.60.0.${random.between(2, 9)}`;
  const full = random.next() < 0.6;
  server.reshape(scene.fromMs - 1, scene.untilMs + 1, (plan) => {
    if (!plan.ip.startsWith(site)) return plan;
    const away = { ...plan, ip: `${proxy}/${plan.ip}` };
    const nowMs = server.world.nowMs;
    const ill = nowMs >= begin && nowMs < end && plan.cmd === "user-sync";
    return ill ? sendingMore(away, () => random.between(10, 26), random.between(20_000, 60_000)) : away;
  });
  saveProxyLog(scene, server, random, { begin, end, full });
  server.lookTwice(begin + 180_000);
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 120_000) };
  return scene.finish(oneIncident("network-stall", ["proxy-fault"], { window }, ["error-burst"]));
}

function saveProxyLog(
  scene: Scene,
  server: SimulatedServer,
  random: Random,
  { begin, end, full }: { begin: number; end: number; full: boolean },
): void {
  const commands = [];
  const errors = [];
  for (let atMs = scene.fromMs + 4000; atMs < scene.untilMs; atMs += random.between(3000, 14_000)) {
    const ill = atMs >= begin && atMs < end;
    const lapseMs = ill ? random.between(14_000, 80_000) : random.between(90, 4000);
    const faults = ill ? random.between(300, 4000) : random.between(0, 12);
    const cached = ill ? random.between(0, 9) : random.between(40, 2200);
    commands.push({
      endMs: atMs,
      pid: 20_000 + commands.length,
      lapseMs,
      faults,
      faultMb: Math.floor(faults * 0.4),
      cached,
    });
    if (ill && full && random.next() < 0.7) {
      const file = `/p4/cache/depot/main/art/asset_${random.between(1, 9999)}.uasset,d/1.${random.between(800_000, 820_000)}.gz`;
      errors.push({ atMs, text: `write: ${file}: No space left on device` });
    }
  }
  server.systemFile(
    scene.untilMs - 5000,
    "p4p.log",
    "tail -c 1048576 /p4/1/logs/p4p.log",
    proxyLogText(commands, errors),
  );
}
