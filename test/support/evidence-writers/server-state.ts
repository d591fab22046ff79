/** Writes what p4 commands about a server's state print, and the logs of its jobs and proxy. Shares nothing with src/. */

export interface PullState {
  readonly replica: readonly [journal: number, sequence: number];
  /** Usually one; a second line when the master has rotated since. `null`: the master did not answer. */
  readonly master: readonly (readonly [journal: number, sequence: number])[] | null;
  /** Wall clock of the replica, ms as if UTC. */
  readonly statefileMs: number;
  readonly nowMs: number;
  /** `p4 pull -ljv`, 2021.1 and later. */
  readonly behindBytes?: number;
}

/** `p4 pull -lj` or `-ljv`. */
export function pullLjText(state: PullState, zone = "+0000 UTC"): string {
  const position = (who: string, [journal, sequence]: readonly [number, number]) =>
    `Current ${who} journal state is:\tJournal ${journal},\tSequence ${sequence}.`;
  const lines: string[] = [];
  if (state.master === null)
    lines.push("Perforce password (P4PASSWD) invalid or unset.", "Perforce password (P4PASSWD) invalid or unset.");
  lines.push(position("replica", state.replica));
  if (state.master === null) lines.push(position("master", [state.replica[0], -1]), position("master", [0, -1]));
  else for (const at of state.master) lines.push(position("master", at));
  if (state.behindBytes !== undefined) {
    const rotations = Math.max(0, (state.master?.at(-1)?.[0] ?? state.replica[0]) - state.replica[0]);
    lines.push(
      `Replica is ${state.behindBytes} bytes of journal behind the upstream server (${rotations} journal rotations)`,
    );
  }
  lines.push(`The statefile was last modified at:\t${stamp(state.statefileMs)}.`);
  lines.push(`The replica server time is currently:\t${stamp(state.nowMs)} ${zone}`);
  return `${lines.join("\n")}\n`;
}

/** `p4 pull -ls`. */
export function pullLsText(active: number, total: number, bytes: number, oldestChange: number): string {
  const activeBytes = total === 0 ? 0 : Math.floor((bytes * active) / total);
  const lines = [`File transfers: ${active} active/${total} total, bytes: ${activeBytes} active/${bytes} total.`];
  if (total > 0) lines.push(`Oldest change with at least one pending file transfer: ${oldestChange}.`);
  return `${lines.join("\n")}\n`;
}

/** `p4 -ztag pull -ls`. */
export function pullLsTagged(active: number, total: number, bytes: number, oldestChange: number): string {
  const lines = [
    `... replicaTransfersActive ${active}`,
    `... replicaTransfersTotal ${total}`,
    `... replicaBytesActive ${active === 0 ? 0 : Math.floor(bytes / 9)}`,
    `... replicaBytesTotal ${bytes}`,
    `... replicaOldestChange ${oldestChange}`,
  ];
  return `${lines.join("\n")}\n`;
}

export interface Volume {
  /** `P4ROOT`, `P4JOURNAL`, `P4LOG`, `TEMP`, `journalPrefix`, `serverlog.file.1` */
  readonly name: string;
  readonly mount: string;
  readonly freeMb: number;
  readonly totalMb: number;
}

/** `p4 diskspace`. */
export function diskspaceText(volumes: readonly Volume[]): string {
  return volumes
    .map(({ name, mount, freeMb, totalMb }) => {
      const usedMb = totalMb - freeMb;
      const percent = Math.floor((100 * usedMb) / totalMb);
      return `${name} (type xfs mounted on ${mount}) : ${p4Size(freeMb)} free, ${p4Size(usedMb)} used, ${p4Size(totalMb)} total (${percent}% full)\n`;
    })
    .join("");
}

/** `100.3G`, `26G`, `2.3M`, `56K` */
export function p4Size(mb: number): string {
  const [value, unit] =
    mb < 1 ? [mb * 1024, "K"] : mb < 1024 ? [mb, "M"] : mb < 1024 * 1024 ? [mb / 1024, "G"] : [mb / 1024 / 1024, "T"];
  const shown = (Math.floor(value * 10) / 10).toFixed(1);
  return `${shown.endsWith(".0") ? shown.slice(0, -2) : shown}${unit}`;
}

/** `p4 lockstat`. */
export function lockstatText(tables: readonly (readonly [name: string, mode: "Read" | "Write"])[]): string {
  if (tables.length === 0) return "No tables locked.\n";
  return tables.map(([name, mode]) => `${mode === "Read" ? "Read :" : "Write:"} ${name}\n`).join("");
}

/** `p4d --show-realtime`: `rtv.db.lockwait (flags 0) 0 max 382`; `high` null prints no high-water mark. */
export function realtimeText(
  counters: readonly (readonly [name: string, value: number, high: number | null])[],
): string {
  return counters
    .map(([name, value, high]) => `${name} (flags 0) ${value}${high === null ? "" : ` max ${high}`}\n`)
    .join("");
}

export interface InfoFacts {
  readonly port: string;
  readonly root: string;
  readonly nowMs: number;
  readonly zone: string;
  readonly uptimeMs: number;
  readonly version: string;
  readonly serverId: string;
  readonly services: string;
  readonly license: string;
}

/** `p4 info`. */
export function infoText(facts: InfoFacts): string {
  const hours = Math.floor(facts.uptimeMs / 3_600_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const uptime = `${two(hours)}:${two(Math.floor(facts.uptimeMs / 60_000) % 60)}:${two(Math.floor(facts.uptimeMs / 1000) % 60)}`;
  const lines = [
    "User name: super",
    "Client name: bastion",
    `Server address: ${facts.port}`,
    `Server root: ${facts.root}`,
    `Server date: ${stamp(facts.nowMs)} ${facts.zone}`,
    `Server uptime: ${uptime}`,
    `Server version: ${facts.version}`,
    `ServerID: ${facts.serverId}`,
    `Server services: ${facts.services}`,
    `Server license: ${facts.license}`,
    "Case Handling: insensitive",
  ];
  return `${lines.join("\n")}\n`;
}

/** `p4 license -u`. */
export function licenseText(users: number, limit: number, expires: string | null, remainingS: number | null): string {
  const lines = [
    "... isLicensed yes",
    `... userCount ${users}`,
    `... userLimit ${limit}`,
    "... userSoftLimit 0",
    "... clientCount 3377",
    "... clientLimit unlimited",
    "... fileCount 22143902",
    "... fileLimit unlimited",
    "... repoCount 0",
    "... repoLimit unlimited",
  ];
  if (expires !== null) lines.push(`... licenseExpires ${expires}`, `... licenseTimeRemaining ${remainingS ?? 0}`);
  lines.push("... supportExpires 1772323200");
  return `${lines.join("\n")}\n`;
}

/** The log an SDP checkpoint job leaves behind. `failed` ends it with p4d's own words. */
export function checkpointLogText(
  fromMs: number,
  untilMs: number,
  journal: number,
  how: "live" | "offline",
  failed: string | null = null,
): string {
  const script = `/p4/common/bin/${how === "live" ? "live" : "daily"}_checkpoint.sh`;
  const line = (atMs: number, text: string) => `${dateOutput(atMs)} ${script}: ${text}`;
  const lines = [
    line(fromMs, `Start p4_1 Checkpoint`),
    line(
      fromMs + 400,
      how === "live"
        ? "Create a new checkpoint from the live db files."
        : `Truncating current journal number ${journal}.`,
    ),
    `Checkpointing to /p4/1/checkpoints/p4_1.ckp.${journal + 1}.gz...`,
    `MD5 (/p4/1/checkpoints/p4_1.ckp.${journal + 1}.gz) = 5B1FC3A90D77E2C11FD0A6E34D7F9C02`,
    `Rotating /p4/1/logs/journal to /p4/1/checkpoints/p4_1.jnl.${journal}...`,
  ];
  if (failed !== null) lines.push(failed, line(untilMs, "ERROR!!! - p4d checkpoint failed. See log above."));
  else lines.push(line(untilMs, `End p4_1 Checkpoint`));
  return `${lines.join("\n")}\n`;
}

export interface ProxyCommand {
  readonly endMs: number;
  readonly pid: number;
  readonly lapseMs: number;
  readonly faults: number;
  readonly faultMb: number;
  readonly cached: number;
}

/** A proxy's log with track=1. */
export function proxyLogText(
  commands: readonly ProxyCommand[],
  errors: readonly { atMs: number; text: string }[] = [],
): string {
  const blocks = commands.map((command) => {
    const lapse = proxyDuration(command.lapseMs);
    const text = [
      "Perforce proxy info:",
      `\t${stamp(command.endMs)} pid ${command.pid} completed ${lapse}`,
      `--- lapse ${lapse}`,
      `--- rpc msgs/size in+out ${5 + command.faults}+${5 + command.cached}/${command.faultMb}mb+${command.faultMb + 4}mb himarks 2000/2000 snd/rcv .000s/.002s`,
      `--- proxy faults ${command.faults} MB ${command.faultMb} other 0 flushes 1 cached ${command.cached}`,
      // Of this command, as public samples show (0+2/0B+153K, 8+16/112.9K+25.7M, 17+9/327.5K+1.3M in one log).
      `--- proxytotals files/size svr+cache ${command.faults}+${command.cached}/${p4Size(command.faultMb)}+${p4Size(command.cached * 0.4)}`,
      "--- pdb.monitor",
      "",
    ];
    return { atMs: command.endMs, text: `${text.join("\n")}\n` };
  });
  for (const { atMs, text } of errors) {
    blocks.push({
      atMs,
      text: `Perforce proxy error:\n\tDate ${stamp(atMs)}:\n\t${text}\n\n`,
    });
  }
  return blocks
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ text }) => text)
    .join("");
}

/** Cut to three significant digits, without a zero before the point: `.921s 2.73s 34.9s`. */
function proxyDuration(ms: number): string {
  const digits = ms >= 100_000 ? 0 : ms >= 10_000 ? 1 : ms >= 1000 ? 2 : 3;
  const cut = Math.floor(ms / 10 ** (3 - digits)) / 10 ** digits;
  return `${cut.toFixed(digits).replace(/^0/, "")}s`; // 0.921 -> .921
}

/** What date(1) prints in the C locale: `Tue Mar  5 14:07:03 UTC 2024`. */
function dateOutput(ms: number): string {
  const [day = "", date = "", month = "", year = "", clock = ""] = new Date(ms).toUTCString().split(/,? /); // Tue, 05 Mar 2024 14:07:03 GMT
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${clock} UTC ${year}`;
}

/** `2024/03/05 14:07:03` */
export function stamp(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
}
