/** What a command of the small server is told to do, and what is known of it while it runs. */
export type Mode = "R" | "W";

export type Step =
  /** Computing; CPU time is counted. */
  | { readonly work: number }
  /** Blocked in the network, sending to or receiving from the client, or idle; `usual`: what the same takes on a good line. */
  | { readonly send: number; readonly usual?: number }
  | { readonly receive: number }
  /** Waiting for a person at the other end: a form in an editor. Next to nothing is received. */
  | { readonly think: number }
  | { readonly idle: number }
  | { readonly lock: string; readonly mode: Mode }
  /** One object, or every db.* table held. */
  | { readonly unlock: string | "tables" }
  | { readonly computeEnd: true }
  /** Paused by the server under resource pressure. */
  | { readonly paused: number }
  /** Waiting for another server: `commit.hub:1666` */
  | { readonly remote: string; readonly ms: number }
  | { readonly memoryMb: number }
  | { readonly peek: string; readonly heldMs: number; readonly rows: number }
  /** get, pos, scan, put, del */
  | {
      readonly table: string;
      readonly counts: readonly [number, number, number, number, number];
      readonly pages?: number;
    }
  | { readonly trigger: string; readonly ms: number }
  | { readonly lbr: readonly string[] };

export interface Plan {
  readonly pid: number;
  readonly user: string;
  readonly workspace: string;
  readonly ip: string;
  readonly app: string;
  readonly cmd: string;
  readonly args: string;
  readonly steps: readonly Step[];
  /** A process that is no command: it takes locks, but neither the log nor monitor knows it. */
  readonly unseen?: boolean;
}

export interface Use {
  readonly object: string;
  readonly mode: Mode;
  count: number;
  waitMs: number;
  heldMs: number;
  maxWaitMs: number;
  maxHeldMs: number;
}

/** One command's life so far. */
export interface Run {
  readonly plan: Plan;
  readonly startMs: number;
  readonly uses: Map<string, Use>;
  readonly peeks: Map<string, { heldMs: number; rows: number; count: number }>;
  readonly rows: Map<string, { counts: readonly number[]; pages: number }>;
  readonly held: Map<string, { mode: Mode; sinceMs: number }>;
  /** Waits that are over, granted or given up. */
  readonly waits: { readonly object: string; readonly fromMs: number; readonly toMs: number }[];
  readonly lbr: string[];
  waitingFor: { object: string; mode: Mode; sinceMs: number } | null;
  cpuMs: number;
  sendMs: number;
  /** What it would have taken on a line like anybody's: how much it was. */
  usualSendMs: number;
  receiveMs: number;
  thinkMs: number;
  pausedMs: number;
  /** ms by other server */
  readonly remote: Map<string, number>;
  memoryMb: number | null;
  killed: boolean;
  endMs: number | null;
  step: number;
  then: ((killed: boolean) => void) | null;
}
