import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import { lockInput } from "./evidence.js";
import { simulate } from "./scenarios.js";
import { truthOf } from "./truth.js";

const [sc, seed, cap] = process.argv.slice(2);
const w = simulate(sc as any, Number(seed));
const t = truthOf(w, cap === "1");
const nm = (p: any) =>
  `${p.script.pid}@${Math.floor(p.script.startMs / 1000)} ${p.script.cmd} w=${Math.round(p.waits.reduce((s: any, x: any) => s + x.to - x.from, 0))}`;
console.log("disc", w.discipline, "track", w.trackLevel, "end", w.endMs, "n", w.engine.processes.length);
console.log("must", t.roots.map(nm));
console.log("may", [...t.minor].map(nm).slice(0, 20));
for (const r of t.roots)
  console.log(
    nm(r),
    r.holds
      .filter((h) => h.to - h.from > 1000)
      .map((h) => `${h.object}${h.mode} ${Math.round(h.from)}-${Math.round(h.to)}`)
      .join(" "),
    "waits",
    r.waits.map((h) => `${h.object}${h.mode} ${Math.round(h.from)}-${Math.round(h.to)}`).join(" "),
  );
const inp = lockInput(w, cap === "1");
const a = analyzeLocks(inp);
const base = Date.UTC(2024, 2, 5, 9, 0, 0);
for (const c of a.clusters) {
  console.log(
    c.id,
    c.scope,
    "tie",
    c.tie,
    "convoy",
    c.convoy,
    (c.fromMs - base) / 1000,
    (c.toMs - base) / 1000,
    "victims",
    c.victims.length,
    "unexpl",
    c.unexplainedMs,
    "avoid",
    c.avoidableMs,
    "blocked",
    c.victims.reduce((s, v) => s + v.waitMs, 0),
  );
  for (const r of c.roots) {
    const k = a.actors.get(r.actor)!;
    console.log(
      "   root",
      k.pid,
      ((k.startMs ?? 0) - base) / 1000,
      k.cmd,
      r.object,
      r.mode,
      r.heldMs,
      "own",
      r.ownWaitMs,
      "expl",
      r.explainedMs,
      "score",
      r.score,
      r.certainty,
      r.releaseEdge,
    );
  }
  for (const v of c.victims.slice(0, 4)) {
    const k = a.actors.get(v.actor)!;
    console.log("     v", k.pid, ((k.startMs ?? 0) - base) / 1000, k.cmd, v.waitMs, v.object, v.mode, v.carrier);
  }
}
