import type { CaseReader } from "../../contracts/case-reader.js";

/** Which mount points and devices the server lives on, as far as the captures tell. */
export interface P4Volumes {
  readonly mounts: ReadonlySet<string>;
  /** Kernel names (`sdb1`, `mapper/vg-p4`) of devices that df shows, by whether the server uses them. */
  readonly devices: ReadonlyMap<string, boolean>;
}

/** P4ROOT (type ext4 mounted on /hxmetadata) : 100.3G free */
const MOUNTED = /\bmounted on ([^)]{1,300})\)/;
/** /dev/mapper/vg-p4  515928320 ... /hxmetadata */
const DEVICE = /^\/dev\/(\S{1,120})\s/;
/** Names that sites give such volumes, the ones of the SDP among them: /hxmetadata, /p4, /p4/1, /perforce */
const USUAL = /^\/(?:hx\w{0,20}|p4\w{0,10}|perforce|helix)(?:\/|$)|\/(?:p4|perforce|p4root)(?:\/|$)/;

export function p4Volumes(reader: CaseReader, serverId: number): P4Volumes {
  const rows = reader.measurements(serverId);
  const named = rows.filter((row) => row.kind === "diskspace").flatMap((row) => MOUNTED.exec(row.text)?.[1] ?? []);
  const mounts = new Set(named);
  const devices = new Map<string, boolean>();
  for (const row of rows) {
    if (row.kind !== "df") continue;
    if (named.length === 0 && USUAL.test(row.subject)) mounts.add(row.subject);
    const device = DEVICE.exec(row.text)?.[1];
    if (device !== undefined) devices.set(device, (devices.get(device) ?? false) || mounts.has(row.subject));
  }
  return { mounts, devices };
}

/** Removable drives and images: never a server's disk. */
const FOREIGN = /\b(?:sr\d|fd\d|loop\d{1,3}|cdrom|usb)/; // blk_update_request: I/O error, dev sr0, sector 0
/** dev sdb, sector      (device dm-3)      XFS (dm-0)      on dev dm-3,      nvme0n1 */
const NAMED = /\bdev(?:ice)? ([\w/-]{2,60})|XFS \(([\w/-]{2,60})\)|EXT4-fs \(([\w/-]{2,60})\)/;

/** The line is about a disk that the server surely does not use. */
export function isForeignDisk(text: string, volumes: P4Volumes): boolean {
  const match = NAMED.exec(text.slice(0, 1000));
  const device = match?.[1] ?? match?.[2] ?? match?.[3];
  if (device === undefined) return FOREIGN.test(text.slice(0, 1000));
  return FOREIGN.test(device) || !usesDevice(device, volumes);
}

/** Also true where nobody knows: only a device that df shows at a mount of something else is foreign. */
export function usesDevice(device: string, { devices, mounts }: P4Volumes): boolean {
  if (mounts.size === 0) return true;
  const parts = [...devices].filter(([name]) => name === device || isPartition(name, device));
  return parts.length === 0 || parts.some(([, used]) => used);
}

/** sdb1 is a partition of sdb, nvme0n1p2 of nvme0n1. */
function isPartition(name: string, device: string): boolean {
  return name.startsWith(device) && /^p?\d{1,3}$/.test(name.slice(device.length));
}
