import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { free, own, read, write } from "../lock-errands.js";
import { Scene, type SceneOptions } from "../scene.js";
import { keyUsers, labelUsers, readsProtections } from "../traffic.js";
import {
  backgroundPulls,
  buildNight,
  hiccups,
  hugeButFast,
  idleSessions,
  longPeeks,
  nightCheckpoint,
  openForms,
  unwantedLock,
  userErrors,
} from "./healthy-oddities.js";

/** Days on which nothing is wrong, and that look as if something were. */
const DAYS: Readonly<Record<string, (scene: Scene, random: Random) => void>> = {
  "healthy-busy": busy,
  "healthy-nightly-verify": nightlyVerify,
  "healthy-parallel-sync": parallelSync,
  "healthy-morning-ramp": morningRamp,
  "healthy-short-waits": shortWaits,
  "healthy-long-peeks": longPeeks,
  "healthy-idle-sessions": idleSessions,
  "healthy-background-pulls": backgroundPulls,
  "healthy-huge-but-fast": hugeButFast,
  "healthy-open-forms": openForms,
  "healthy-user-errors": userErrors,
  "healthy-build-night": buildNight,
  "healthy-quiet": quiet,
  "healthy-unwanted-lock": unwantedLock,
  "healthy-hiccups": hiccups,
  "healthy-night-checkpoint": nightCheckpoint,
};

const OPTIONS: Readonly<Record<string, (random: Random) => SceneOptions>> = {
  "healthy-busy": (random) => ({ people: random.between(44, 54), pauseMs: random.between(17, 22) * 1000, minutes: 14 }),
  "healthy-nightly-verify": (random) => ({ hour: random.between(0, 4), people: random.between(6, 12) }),
  "healthy-build-night": (random) => ({ hour: random.pick([22, 23, 0, 1, 3]), people: random.between(6, 10) }),
  "healthy-morning-ramp": (random) => ({ hour: random.between(7, 9), people: random.between(8, 14) }),
  "healthy-night-checkpoint": (random) => ({
    hour: random.between(1, 4),
    people: random.between(2, 5),
    pauseMs: 60_000,
  }),
  "healthy-quiet": (random) => ({ hour: random.between(0, 23), people: random.between(2, 5), pauseMs: 70_000 }),
};

export const HEALTHY_DAYS: readonly IncidentKind[] = Object.entries(DAYS).map(([id, fill]) => ({
  id,
  family: "no-fault",
  never: ["log-hole"],
  build(random: Random, variant: Variant) {
    const scene = new Scene(random, variant, OPTIONS[id]?.(random) ?? {});
    fill(scene, random);
    scene.server.lookTwice(scene.moment(0.3 + 0.6 * random.next()));
    return scene.finish({ verdict: "no-incident", incidents: [] });
  },
}));

/** Many people, many commands, tables changing hands all the time. */
function busy(scene: Scene, random: Random): void {
  keyUsers(scene.server, scene.fromMs, scene.untilMs);
  if (random.next() < 0.5) labelUsers(scene.server, scene.fromMs, scene.untilMs);
  if (scene.variant.trackLevel > 1 && random.next() < 0.5) readsProtections(scene.server, scene.fromMs, scene.untilMs);
}

/** Verify runs at night for as long as the log is, as every night. */
function nightlyVerify(scene: Scene, random: Random): void {
  const { server } = scene;
  const begin = scene.fromMs + random.between(20_000, 120_000);
  const who = server.guest({ user: "perforce", workspace: "p4verify", ip: "127.0.0.1" });
  const lbr = ["--- lbr Rcs", `---   opens+closes+checkins+exists ${random.between(9000, 90_000)}+9000+0+9000`];
  let at = begin;
  for (const path of ["//depot/main/...", "//depot/rel5/...", "//depot/art/..."]) {
    const ms = random.between(120_000, 700_000);
    if (at + 60_000 > scene.untilMs) break;
    server.run(at, who, [
      {
        cmd: "user-verify",
        args: `-qz ${path}`,
        steps: [
          { peek: "db.rev", heldMs: random.between(500, 6000), rows: random.between(90_000, 2_000_000) },
          { lbr },
          { work: Math.floor(ms * 0.3) },
          { idle: Math.ceil(ms * 0.7) },
        ],
      },
    ]);
    at += ms + 8000;
  }
}

/** The parent waits for its helpers, each a connection of its own; the queue table changes hands in milliseconds. */
function parallelSync(scene: Scene, random: Random): void {
  const { server } = scene;
  for (let sync = random.between(1, 3); sync > 0; sync--) {
    const who = server.guest({
      user: "jenkins",
      workspace: `jenkins-release-full${sync}`,
      app: "p4/2023.2/LINUX26X86_64/2519561",
      role: "build",
    });
    const threads = random.pick([4, 4, 8, 10]);
    const sendMs = random.between(20_000, 240_000);
    const args = `--parallel=threads=${threads} //${who.workspace}/...`;
    const at = scene.moment(0.1 + 0.6 * random.next());
    const parent = server.run(at, who, [
      {
        cmd: "user-sync",
        args,
        steps: [
          { peek: "db.rev", heldMs: random.between(300, 2500), rows: random.between(50_000, 900_000) },
          { computeEnd: true },
          { idle: sendMs + 3000 },
        ],
      },
    ]);
    for (let helper = 0; helper < threads; helper++) {
      const steps = [write("sendq"), { work: 2 }, free, { send: Math.floor(sendMs * (0.85 + 0.15 * random.next())) }];
      server.run(at + 1200 + helper * 40, who, [{ cmd: "user-transmit", args: `-t${parent} -b8 -s524288`, steps }]);
    }
  }
}

/** Ten people at eight, sixty at nine: everybody syncs first. */
function morningRamp(scene: Scene, random: Random): void {
  const { server, fromMs, untilMs } = scene;
  const count = random.between(40, 80);
  for (let i = 0; i < count; i++) {
    const who = server.guest({
      user: `early${i}`,
      workspace: `early${i}_ws`,
      app: "Helix P4V/NTX64/2023.3/2495381/v94",
    });
    // More and more of them towards the end.
    const comes = fromMs + Math.floor((untilMs - fromMs) * Math.sqrt(random.next()) * 0.95);
    const first: Errand = {
      cmd: "user-sync",
      args: `//${who.workspace}/...`,
      steps: [
        { lock: "meta/db", mode: "R" },
        read("have"),
        { work: random.between(5, 60) },
        free,
        { computeEnd: true },
        { send: random.between(2000, 40_000) },
        write("have"),
        { work: 3 },
        free,
      ],
    };
    const later = (): Errand =>
      random.pick([
        { cmd: "user-opened", args: `-C ${who.workspace}`, steps: [{ peek: "db.working", heldMs: 3, rows: 80 }] },
        {
          cmd: "user-changes",
          args: `-m 50 -s pending -u ${who.user}`,
          steps: [{ peek: "db.change", heldMs: random.between(2, 80), rows: 900 }],
        },
        {
          cmd: "user-edit",
          args: `//${who.workspace}/Game.h`,
          steps: [own(who.workspace), write("locks"), write("working"), { work: 3 }, free],
        },
      ]);
    server.run(comes, who, [first]);
    server.repeat(
      comes + random.between(30_000, 60_000),
      untilMs,
      who,
      () => [later()],
      () => random.between(8000, 40_000),
    );
  }
}

/** Commits of half a second each, one after the other: everybody waits a little, nobody waits long. */
function shortWaits(scene: Scene, random: Random): void {
  const { server } = scene;
  for (let i = random.between(2, 4); i > 0; i--) {
    const who = server.guest({ user: `robomerge${i}`, workspace: `robomerge${i}` });
    const commit = (): Errand => ({
      cmd: "dm-CommitSubmit",
      args: "",
      steps: [
        own(who.workspace),
        { lock: "meta/commit", mode: "W" },
        read("domain"),
        ...["have", "integed", "revdx", "revhx", "rev", "locks", "working"].map(write),
        { work: random.between(60, 290) },
        free,
      ],
    });
    server.repeat(
      scene.fromMs + i * 3000,
      scene.untilMs,
      who,
      () => [commit()],
      () => random.between(3500, 9000),
    );
  }
}

function quiet(): void {}
