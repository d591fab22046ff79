import {
  type LslocksRow,
  type LsofRow,
  lslocksJson,
  lslocksText,
  lsofText,
  type MonitorRow,
  monitorAle,
} from "../capture-writer.js";
import type { LockWorld } from "./lock-world.js";
import type { Mode, Run } from "./world-shapes.js";

/** What a person with a shell would see at one instant. */
export interface Snapshot {
  readonly atMs: number;
  readonly monitor: readonly MonitorRow[];
  readonly locks: readonly LslocksRow[];
  readonly files: readonly LsofRow[];
}

export function takeSnapshot(world: LockWorld, root: string): Snapshot {
  const locks: LslocksRow[] = [];
  const files: LsofRow[] = [];
  for (const [object, state] of world.locks) {
    const path = pathOf(root, object);
    const inode = inodeOf(object);
    for (const [run, mode] of state.holders) {
      locks.push({ command: "p4d_1", pid: run.plan.pid, mode: word(mode), path, inode });
      files.push({ command: "p4d_1", pid: run.plan.pid, fd: 12 + (inode % 20), lock: mode, inode, path });
    }
    const [firstHolder] = state.holders.keys();
    for (const { run, mode } of state.queue) {
      const blocker = firstHolder?.plan.pid ?? null;
      locks.push({ command: "p4d_1", pid: run.plan.pid, mode: word(mode), waiting: true, path, inode, blocker });
    }
  }
  const seen = [...world.running].filter((run) => run.plan.unseen !== true);
  const monitor = seen.map((run) => monitorRow(run, world.nowMs));
  return { atMs: world.nowMs, monitor: [...BACKGROUND, ...monitor], locks, files };
}

export const monitorText = (snapshot: Snapshot) => monitorAle(snapshot.monitor);
export const locksJson = (snapshot: Snapshot) => lslocksJson(snapshot.locks);
export const locksText = (snapshot: Snapshot) => lslocksText(snapshot.locks);
export const openFiles = (snapshot: Snapshot) => lsofText(snapshot.files);

const BACKGROUND: readonly MonitorRow[] = [
  { pid: 2033, state: "B", user: "svc_p4", elapsedMs: 2_280_691_000, cmd: "ldapsync", args: "-g -i 1800" },
  { pid: 2304, state: "B", user: "svc_p4", elapsedMs: 973_763_000, cmd: "admin", args: "resource-monitor" },
  { pid: 2911, state: "I", user: "swarm", workspace: "swarm-host", elapsedMs: 221_000, cmd: "IDLE", args: "none" },
];

function monitorRow(run: Run, nowMs: number): MonitorRow {
  const { pid, user, workspace, ip, app, cmd, args } = run.plan;
  const elapsedMs = nowMs - run.startMs;
  return { pid, user, workspace, ip, app, elapsedMs, cmd: cmd.replace(/^user-/, ""), args }; // user-sync -> sync
}

function word(mode: Mode): "READ" | "WRITE" {
  return mode === "R" ? "READ" : "WRITE";
}

/** `clients/ada_art` lies in a hashed folder: server.locks/clients/41,d/ada_art */
function pathOf(root: string, object: string): string {
  const [kind = "", ...rest] = object.split("/");
  if (rest.length === 0) return `${root}/${object}`;
  if (kind === "meta") return `${root}/server.locks/${object}`;
  return `${root}/server.locks/${kind}/${inodeOf(object) % 97},d/${rest.join("/")}`;
}

function inodeOf(object: string): number {
  let hash = 2166136261;
  for (let index = 0; index < object.length; index++) {
    hash = Math.imul(hash ^ object.charCodeAt(index), 16777619) >>> 0;
  }
  return 28_000_000 + (hash % 900_000);
}
