import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import { lockInput } from "./evidence.js";
import { simulate } from "./scenarios.js";
import { truthOf } from "./truth.js";

const [sc, seed, cap] = process.argv.slice(2);
const w = simulate(sc as any, Number(seed));
const captures = cap === "1";
const t = truthOf(w, captures);
const a = analyzeLocks(lockInput(w, captures));
const base = Date.UTC(2024, 2, 5, 9, 0, 0);
const found = new Map<string, any>();
for (const c of a.clusters)
  for (const v of c.victims) {
    const k = a.actors.get(v.actor)!;
    found.set(`${k.pid} ${Math.floor(((k.startMs ?? 0) - base) / 1000)}`, { k, v, c });
  }
for (const p of w.engine.processes) {
  const n = `${p.script.pid} ${Math.floor(p.script.startMs / 1000)}`;
  const lost = t.lost.get(p) ?? 0;
  const unl = p.endMs === null;
  if (unl && !captures) continue;
  if (lost >= 1400 && !unl && !found.has(n))
    console.log(
      "missing",
      n,
      p.script.cmd,
      "lost",
      Math.round(lost),
      "waits",
      p.waits.map((h) => `${h.object}${h.mode} ${Math.round(h.from)}-${Math.round(h.to)}`).join(" "),
    );
  if (found.has(n) && lost < 700 && !unl) {
    const f = found.get(n)!;
    console.log(
      "extra",
      n,
      p.script.cmd,
      "lost",
      Math.round(lost),
      "found",
      f.v.waitMs,
      f.v.object,
      f.c.id,
      f.c.roots.length,
      "waits",
      p.waits.map((h) => `${h.object}${h.mode} ${Math.round(h.from)}-${Math.round(h.to)}`).join(" "),
    );
  }
  found.delete(n);
}
for (const [n, f] of found) console.log("not in world", n, f.k.cmd, f.k.key, f.v.waitMs, f.v.object);
