/** What a command of the small server is told to do, and what is known of it while it runs. */
export type Mode = "R" | "W";

export type Step =
  /** Computing; CPU time is counted. */
  | { readonly work: number }
  /** Blocked in the network, sending to or receiving from the client, or idle. */
  | { readonly send: number }
  | { readonly receive: number }
  | { readonly idle: number }
  | { readonly lock: string; readonly mode: Mode }
  /** One object, or every db.* table held. */
  | { readonly unlock: string | "tables" }
  | { readonly computeEnd: true }
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
  readonly lbr: string[];
  waitingFor: { object: string; mode: Mode; sinceMs: number } | null;
  cpuMs: number;
  sendMs: number;
  receiveMs: number;
  endMs: number | null;
  step: number;
  then: (() => void) | null;
}
