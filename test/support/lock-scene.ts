import type { CommandFact } from "../../src/contracts/case-reader.js";
import type {
  BlockEdge,
  CapturedLock,
  CapturedProcess,
  LockActor,
  LockAnalysis,
  LockCluster,
  LockCommand,
  LockMode,
  LockSpan,
  RootFinding,
  VictimFinding,
} from "../../src/contracts/lock-facts.js";
import type { DetectContext } from "../../src/contracts/signal.js";
import { at, command, type FakeCase, fakeReader, ref } from "./fake-reader.js";

/** Hand-built lock graphs: what the locks room would say of a small story, without the locks room. */
interface RootSpec {
  readonly command?: Partial<CommandFact>;
  readonly object?: string;
  readonly mode?: LockMode | null;
  readonly heldMs?: number | null;
  /** Where the hold begins, in seconds after T0. */
  readonly fromS?: number;
  readonly score?: number;
  readonly ownWaitMs?: number;
  readonly releaseEdge?: boolean | null;
  /** Not in the log: known from captures (`captured`) or from nothing (`unseen`). */
  readonly origin?: "log" | "captured" | "unseen";
}

export interface VictimSpec {
  readonly command?: Partial<CommandFact>;
  readonly waitMs?: number;
  readonly fromS?: number;
  readonly object?: string;
  readonly mode?: LockMode;
  readonly carrier?: boolean;
  /** Index of the victim that stands between it and the root. */
  readonly behind?: number;
  /** Index of its root; null: traced to none. */
  readonly root?: number | null;
}

export interface SceneSpec {
  readonly roots?: readonly RootSpec[];
  readonly victims?: readonly VictimSpec[];
  readonly cluster?: Partial<LockCluster>;
  readonly bystanders?: readonly CommandFact[];
  readonly case?: Partial<FakeCase>;
}

/** A context with one cluster: by default a query that read-locked db.rev 40 s and three writers behind it. */
export function scene(spec: SceneSpec = {}): DetectContext {
  const rootSpecs = spec.roots ?? [{}];
  const victimSpecs = spec.victims ?? [{}, {}, {}];
  const roots = rootSpecs.map(buildRoot);
  const victims = victimSpecs.map((victim, index) => buildVictim(victim, index, roots));
  const edges = victimSpecs.flatMap((victim, index) => edgeOf(victim, index, roots, victims));
  const cluster: LockCluster = {
    id: "c1",
    scope: "table",
    fromMs: Math.min(...victims.map(({ finding }) => finding.fromMs)),
    toMs: Math.max(...victims.map(({ finding }) => finding.toMs)),
    roots: roots.map(({ finding }, index) => withVictims(finding, index, victimSpecs, victims)),
    tie: false,
    convoy: false,
    victims: victims.map(({ finding }) => finding),
    edges,
    cycles: [],
    unexplainedMs: 0,
    avoidableMs: victims.reduce((sum, { finding }) => sum + finding.waitMs, 0),
    ...spec.cluster,
  };
  const parties = [...roots, ...victims];
  const analysis: LockAnalysis = {
    actors: new Map(parties.map(({ actor }) => [actor.key, actor])),
    clusters: [cluster],
    spans: roots.map(({ span }) => span),
  };
  const commands = [...parties.flatMap((party) => party.fact ?? []), ...(spec.bystanders ?? [])];
  const reader = fakeReader({ commands, lockCommands: victims.map(({ lockCommand }) => lockCommand), ...spec.case });
  return { reader, locks: () => analysis };
}

/** A context without any contention. */
export function quiet(commands: readonly CommandFact[] = [], over: Partial<FakeCase> = {}): DetectContext {
  const analysis: LockAnalysis = { actors: new Map(), clusters: [], spans: [] };
  return { reader: fakeReader({ commands: [...commands], ...over }), locks: () => analysis };
}

function buildRoot(spec: RootSpec, index: number) {
  const fromS = spec.fromS ?? 3;
  const heldMs = spec.heldMs === undefined ? 40_000 : spec.heldMs;
  const object = spec.object ?? "db.rev";
  const mode = spec.mode === undefined ? "R" : spec.mode;
  const fact = command({
    commandId: 10 + index,
    startMs: at(fromS),
    lapseMs: heldMs === null ? null : heldMs + 2000,
    user: `root${index}`,
    cmd: "user-files",
    args: "//depot/...",
    ...spec.command,
  });
  const origin = spec.origin ?? "log";
  const key = `root-${index}`;
  const actor: LockActor = {
    ...actorOf(key, fact),
    commandId: origin === "log" ? fact.commandId : null,
    pid: origin === "unseen" ? null : fact.pid,
  };
  const finding: RootFinding = {
    actor: key,
    object,
    mode,
    heldMs,
    ownWaitMs: spec.ownWaitMs ?? 0,
    explainedMs: 0,
    victimCount: 0,
    score: spec.score ?? 0.98,
    certainty: origin === "log" ? "logged" : origin === "captured" ? "captured" : "inferred",
    releaseEdge: spec.releaseEdge === undefined ? true : spec.releaseEdge,
    refs: [ref()],
  };
  const span: LockSpan = {
    actor: key,
    object,
    mode: mode ?? "R",
    what: "held",
    fromMs: at(fromS) + 500,
    toMs: at(fromS) + 500 + (heldMs ?? 0),
    slackMs: 500,
    certainty: "logged",
    ref: ref(),
  };
  return { actor, finding, span, fact: origin === "log" ? fact : null };
}

type BuiltRoot = ReturnType<typeof buildRoot>;

function buildVictim(spec: VictimSpec, index: number, roots: readonly BuiltRoot[]) {
  const waitMs = spec.waitMs ?? 30_000;
  const fromS = spec.fromS ?? 6 + index;
  const object = spec.object ?? "db.rev";
  const mode = spec.mode ?? "W";
  const fact = command({
    commandId: 100 + index,
    startMs: at(fromS),
    lapseMs: waitMs + 500,
    lockWaitMs: waitMs,
    user: `victim${index}`,
    workspace: `victim${index}_ws`,
    cmd: "dm-CommitSubmit",
    args: "",
    ...spec.command,
  });
  const key = `victim-${index}`;
  const finding: VictimFinding = {
    actor: key,
    waitMs,
    fromMs: at(fromS) + 250,
    toMs: at(fromS) + 250 + waitMs,
    object,
    mode,
    carrier: spec.carrier ?? false,
    root: spec.root === null ? null : (roots[spec.root ?? 0]?.actor.key ?? null),
    refs: [fact.trackRef ?? fact.ref],
  };
  const lockCommand: LockCommand = {
    ...fact,
    lockAttempts: 3,
    hasTrack: true,
    uses: [
      {
        object,
        mode,
        count: 1,
        waitMs,
        heldMs: 100,
        maxWaitMs: null,
        maxHeldMs: null,
        ordinal: 0,
        ref: finding.refs[0] ?? ref(),
      },
    ],
  };
  return { actor: actorOf(key, fact), finding, fact, lockCommand };
}

type BuiltVictim = ReturnType<typeof buildVictim>;

function edgeOf(
  spec: VictimSpec,
  index: number,
  roots: readonly BuiltRoot[],
  victims: readonly BuiltVictim[],
): BlockEdge[] {
  const victim = victims[index];
  const blocker =
    spec.behind !== undefined ? victims[spec.behind] : spec.root === null ? undefined : roots[spec.root ?? 0];
  if (victim === undefined || blocker === undefined) return [];
  const { finding } = victim;
  return [
    {
      blocker: blocker.actor.key,
      blocked: finding.actor,
      object: finding.object,
      blockerMode: finding.mode === "W" ? "R" : "W",
      blockedMode: finding.mode,
      overlapMs: finding.waitMs,
      certainMs: Math.max(0, finding.waitMs - 1000),
      certainty: "logged",
      refs: finding.refs,
    },
  ];
}

function withVictims(
  finding: RootFinding,
  index: number,
  specs: readonly VictimSpec[],
  victims: readonly BuiltVictim[],
): RootFinding {
  const own = victims.filter((_, place) => specs[place]?.root !== null && (specs[place]?.root ?? 0) === index);
  const explainedMs = own.reduce((sum, victim) => sum + victim.finding.waitMs, 0);
  return { ...finding, explainedMs, victimCount: own.length };
}

function actorOf(key: string, fact: CommandFact): LockActor {
  return {
    key,
    commandId: fact.commandId,
    pid: fact.pid,
    cmd: fact.cmd,
    args: fact.args,
    user: fact.user,
    workspace: fact.workspace,
    app: fact.app,
    ip: fact.ip,
    startMs: fact.startMs,
    endMs: fact.endMs,
    inFlight: fact.endMs === null,
    ref: fact.ref,
  };
}

export function capturedLock(over: Partial<CapturedLock> & { pid: number }): CapturedLock {
  return {
    captureId: 1,
    origin: "lslocks",
    takenMs: at(30),
    object: "db.rev",
    inode: null,
    mode: "W",
    waiting: false,
    blockerPid: null,
    ref: ref(undefined, 2),
    ...over,
  };
}

export function capturedProcess(over: Partial<CapturedProcess> & { pid: number }): CapturedProcess {
  return {
    captureId: 1,
    takenMs: at(30),
    state: "R",
    user: "ines",
    workspace: "ines_ws",
    cmd: "fstat",
    args: "",
    app: null,
    ip: null,
    elapsedMs: 5000,
    ref: ref(undefined, 3),
    ...over,
  };
}
