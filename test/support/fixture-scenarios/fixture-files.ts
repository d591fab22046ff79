import { gzipSync } from "node:zlib";
import type { ExpectedAnswer } from "../expected-answer.js";
import type { LogPart } from "./server-day.js";
import { locksJson, locksText, monitorText, openFiles, type Snapshot } from "./snapshot.js";

export interface FixtureFile {
  readonly path: string;
  readonly content: string | Buffer;
  readonly modifiedMs: number;
}

export interface Fixture {
  /** Folder under fixtures/; says nothing about the answer. */
  readonly name: string;
  readonly archiveFolder: string;
  readonly files: readonly FixtureFile[];
  readonly expected: ExpectedAnswer;
}

export interface HostFacts {
  readonly host: string;
  readonly serverId: string;
  readonly services: string;
  readonly port: string;
  readonly root: string;
  readonly log: string;
  readonly offsetMinutes: number;
  readonly zoneName: string;
  readonly version?: string;
  readonly track: number;
}

/** The head that the collector puts over every capture. */
export function captured(host: HostFacts, localMs: number, command: string, body: string): string {
  return `# taken ${utc(host, localMs)}\n# command: ${command}\n${body}`;
}

export function capturesOf(
  host: HostFacts,
  folder: string,
  snapshots: readonly Snapshot[],
  json: boolean,
): FixtureFile[] {
  return snapshots.flatMap((snapshot, index) => {
    const file = (kind: string, command: string, body: string): FixtureFile => ({
      path: `${folder}captures/${kind}-${index + 1}.txt`,
      content: captured(host, snapshot.atMs, command, body),
      modifiedMs: snapshot.atMs - host.offsetMinutes * 60_000,
    });
    const locks = json ? locksJson(snapshot) : locksText(snapshot);
    return [
      file("monitor", "p4 monitor show -ale", monitorText(snapshot)),
      file("lslocks", `lslocks -u ${json ? "-J " : ""}-o +BLOCKER`, locks),
      file("lsof", "lsof -nPw -p ...", openFiles(snapshot)),
    ];
  });
}

export function serverFacts(host: HostFacts, folder: string, localMs: number): FixtureFile[] {
  const version = host.version ?? "P4D/LINUX26X86_64/2023.2/2535420 (2023/12/19)";
  const date = `${new Date(localMs).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/")} ${offset(host).replace(":", "")} ${host.zoneName}`;
  const info = [
    "User name: super",
    "Client name: bastion",
    `Server address: ${host.port}`,
    `Server root: ${host.root}`,
    `Server date: ${date}`,
    "Server uptime: 812:44:09",
    `Server version: ${version}`,
    `ServerID: ${host.serverId}`,
    `Server services: ${host.services}`,
    "Server license: Invented Games 500 users (support ends 2025/01/31)",
    "Case Handling: insensitive",
  ];
  const settings = [
    `P4LOG=${host.log} (configure)`,
    `P4ROOT=${host.root} (-r)`,
    "db.peeking=2 (default)",
    "monitor=1 (configure)",
    "server=3 (configure)",
    `track=${host.track} (configure)`,
    "server.maxcommands=2500 (configure)",
  ];
  const file = (name: string, command: string, lines: readonly string[]): FixtureFile => ({
    path: `${folder}captures/${name}.txt`,
    content: captured(host, localMs, command, `${lines.join("\n")}\n`),
    modifiedMs: localMs - host.offsetMinutes * 60_000,
  });
  return [file("info", "p4 info", info), file("configure", "p4 configure show", settings)];
}

/** `incident-p4host-20240305T085725Z`, as the collector names it. */
export function archiveFolder(host: HostFacts, localMs: number): string {
  return `incident-${host.host}-${utc(host, localMs).replaceAll(/[-:]/g, "")}`; // 2024-03-05T08:57:25Z
}

/** Rotated parts, oldest first, named after the time of the rotation; the oldest is compressed. */
export function logFiles(host: HostFacts, folder: string, parts: readonly LogPart[]): FixtureFile[] {
  return parts.map(({ text, endMs }, index) => {
    const rotated = `log.${new Date(endMs).toISOString().slice(0, 19).replace("T", "_").replaceAll(":", "-")}`;
    const compressed = index === 0 && parts.length > 1;
    return {
      path: `${folder}${index === parts.length - 1 ? "log" : rotated}${compressed ? ".gz" : ""}`,
      content: compressed ? deterministicGzip(Buffer.from(text)) : text,
      modifiedMs: endMs - host.offsetMinutes * 60_000,
    };
  });
}

export function manifest(host: HostFacts, localMs: number, steps: readonly string[]): FixtureFile {
  const lines = [
    "p4rca-collect manifest 1",
    `started: ${utc(host, localMs)}`,
    `finished: ${utc(host, localMs + 31_000)}`,
    `zone: ${offset(host)}`,
    `host: ${host.host}`,
    "hours: 4",
    "user: root",
    "version: 0.1.0",
    ...steps.map((step) => `step: ${step}`),
  ];
  const modifiedMs = localMs - host.offsetMinutes * 60_000;
  return { path: "manifest.txt", content: `${lines.join("\n")}\n`, modifiedMs };
}

/** gzip without a time stamp; the operating system byte is fixed, too. */
export function deterministicGzip(content: Buffer): Buffer {
  const packed = gzipSync(content, { level: 9 });
  packed.writeUInt32LE(0, 4);
  packed[9] = 255;
  return packed;
}

function utc(host: HostFacts, localMs: number): string {
  return new Date(localMs - host.offsetMinutes * 60_000).toISOString().replace(/\.\d{3}Z$/, "Z"); // ...:36.120Z -> ...:36Z
}

function offset(host: HostFacts): string {
  const minutes = Math.abs(host.offsetMinutes);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${host.offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
