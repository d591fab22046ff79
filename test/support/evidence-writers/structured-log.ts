import { stamp } from "./server-state.js";

/** Writes structured server logs (CSV) as p4d 2022.2 and later lay them out. Shares nothing with src/. */
export interface StructuredCommand {
  readonly pid: number;
  readonly user: string;
  readonly workspace: string;
  readonly cmd: string;
  readonly args: string;
  readonly ip: string;
  readonly app: string;
  readonly startMs: number;
}

export interface StructuredSettings {
  readonly serverId: string;
  /** Server protocol level: 49 = 2019.2 … 55 = 2022.2, 56 = 2023.1, 58 later. */
  readonly level: number;
  /** Server's wall clock minus UTC. */
  readonly offsetMinutes: number;
}

/** errors.csv: one row, severity 1 info, 2 warning, 3 failed, 4 fatal. */
export function errorRow(
  settings: StructuredSettings,
  atMs: number,
  command: StructuredCommand,
  error: { readonly severity: number; readonly subsystem: number; readonly code: number; readonly text: string },
): string {
  const type = error.severity >= 4 ? 5 : 4;
  const tail = [String(error.severity), String(error.subsystem), String(error.code), error.text];
  return row([...prefix(settings, `${type}.${settings.level}`, atMs, command), ...tail]);
}

/** commands.csv: a start row (`0`) and, unless it still runs, an end row (`2`). */
export function commandRows(settings: StructuredSettings, command: StructuredCommand, endMs: number | null): string[] {
  const rows = [row(prefix(settings, `0.${settings.level}`, command.startMs, command))];
  if (endMs !== null) rows.push(row(prefix(settings, `2.${settings.level}`, endMs, command)));
  return rows;
}

function prefix(settings: StructuredSettings, type: string, atMs: number, command: StructuredCommand): string[] {
  const utcMs = atMs - settings.offsetMinutes * 60_000;
  const identity = `${(0xa0b1 + command.pid * 2654435761).toString(16).toUpperCase().padStart(16, "0").slice(-16)}${Math.floor(command.startMs).toString(16).toUpperCase().padStart(16, "0")}`;
  const fields = [
    type,
    String(Math.floor(utcMs / 1000)),
    String(Math.floor(utcMs % 1000) * 1_000_000),
    stamp(atMs),
    String(command.pid),
    identity,
    settings.serverId,
    "1",
    command.user,
    command.workspace,
    command.cmd,
    command.ip,
    command.app.split("/")[0] ?? "p4",
    command.app.split("/").slice(1).join("/"),
    command.args,
  ];
  if (settings.level >= 55) fields.push("");
  return fields;
}

/** Quoted where needed, quotes doubled. */
function row(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",")}\n`;
}
