import { archiveFolder, type HostFacts } from "../fixture-scenarios/fixture-files.js";
import type { Random } from "../fixture-scenarios/random.js";
import { evidenceOf } from "./evidence-files.js";
import type { CaseFile, IncidentCase, IncidentLabel, Variant } from "./incident-kind.js";
import { scatterRedHerrings } from "./red-herrings.js";
import { drawHost } from "./server-host.js";
import { SimulatedServer } from "./simulated-server.js";

export interface SceneOptions {
  /** Length of the log; drawn when absent (16 to 28, shorter where everything is tracked). */
  readonly minutes?: number;
  /** Local hour at which the log begins; a working hour when absent. */
  readonly hour?: number;
  readonly people?: number;
  /** Mean pause of a person between two commands. */
  readonly pauseMs?: number;
  /** How p4d was told to log less than a full log. */
  readonly starts?: boolean;
  readonly completions?: boolean;
  readonly tracks?: boolean;
  readonly computeEnds?: boolean;
  /** Without red herrings: for a case whose evidence is to be thin. */
  readonly bare?: boolean;
}

/** A label as a kind writes it; the scene adds the servers. */
export type SceneLabel = Omit<IncidentLabel, "servers">;

/** One case in the making: one or more servers, a stretch of time, and what happens in it. */
export class Scene {
  readonly server: SimulatedServer;
  readonly fromMs: number;
  readonly untilMs: number;
  private readonly servers: SimulatedServer[] = [];
  private readonly estimates: boolean;
  private readonly extraFiles: CaseFile[] = [];

  constructor(
    readonly random: Random,
    readonly variant: Variant,
    private readonly options: SceneOptions = {},
  ) {
    this.estimates = random.next() < 0.5;
    const year = Math.min(2025, Number(variant.version.slice(0, 4)) + random.between(0, 2));
    const hour = options.hour ?? random.between(8, 17);
    this.fromMs = Date.UTC(
      year,
      random.between(0, 11),
      random.between(1, 28),
      hour,
      random.between(0, 35),
      random.between(0, 59),
    );
    this.untilMs =
      this.fromMs +
      (options.minutes ?? (variant.trackLevel === 1 ? random.between(16, 21) : random.between(18, 28))) * 60_000 +
      random.between(0, 40_000);
    this.server = this.addServer({});
  }

  /** A further server of the site. Its pids are its own; `submits` false on an edge. */
  addServer(more: Partial<HostFacts> & { readonly people?: number; readonly submits?: boolean }): SimulatedServer {
    const { random, variant, options } = this;
    const { people, submits, ...facts } = more;
    const server = new SimulatedServer({
      random,
      host: { ...drawHost(random, variant, this.servers.length), ...facts },
      fromMs: this.fromMs,
      untilMs: this.untilMs,
      trackLevel: variant.trackLevel,
      habits: {
        rpcByVolume: true,
        estimates: this.estimates,
        memory: Number(variant.version.slice(0, 4)) >= 2023,
        ...(options.starts === undefined ? {} : { starts: options.starts }),
        ...(options.completions === undefined ? {} : { completions: options.completions }),
        ...(options.tracks === undefined ? {} : { tracks: options.tracks }),
        ...(options.computeEnds === undefined ? {} : { computeEnds: options.computeEnds }),
      },
      people: people ?? options.people ?? random.between(22, 46),
      pauseMs: options.pauseMs ?? random.between(26, 44) * 1000,
      submits: submits ?? true,
    });
    this.servers.push(server);
    return server;
  }

  /** Local ms at a share of the log's length, to the random millisecond. */
  moment(share: number): number {
    return Math.floor(this.fromMs + (this.untilMs - this.fromMs) * share) + this.random.between(0, 2999);
  }

  /** A file that belongs to no server. */
  addFile(path: string, content: string | Buffer, localMs: number): void {
    this.extraFiles.push({ path, content, modifiedMs: localMs - this.server.host.offsetMinutes * 60_000 });
  }

  /** Runs everything and saves the evidence. The label may be a function of what happened (victims, times). */
  finish(
    label: SceneLabel | (() => SceneLabel),
    damage: (files: CaseFile[]) => CaseFile[] = (files) => files,
  ): IncidentCase {
    const { random, variant } = this;
    if (variant.secondServer && this.servers.length === 1) this.addServer({ people: random.between(10, 18) });
    if (this.options.bare !== true) for (const server of this.servers) scatterRedHerrings(server, random, variant);
    for (const server of this.servers) server.finish();
    const told = typeof label === "function" ? label() : label;
    const keep = this.keepOf(told);
    const several = this.servers.length > 1;
    const files = this.servers.flatMap((server) =>
      evidenceOf(server, { variant, random, keep, folder: several ? `${server.host.serverId}/` : "" }),
    );
    return {
      folder: archiveFolder(this.server.host, this.untilMs),
      files: damage([...files, ...this.extraFiles]),
      variant,
      label: { ...told, servers: this.servers.map((server) => server.host.serverId) },
    };
  }

  private keepOf(label: SceneLabel): { fromMs: number; toMs: number } {
    const windows = label.incidents.flatMap(({ window }) => window ?? []);
    if (windows.length === 0) return { fromMs: this.fromMs, toMs: this.untilMs };
    return {
      fromMs: Math.min(...windows.map(({ fromMs }) => fromMs)) - 120_000,
      toMs: Math.max(...windows.map(({ toMs }) => toMs)) + 60_000,
    };
  }
}
