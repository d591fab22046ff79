import { diskspaceText } from "../../evidence-writers/server-state.js";
import { hungTask, oomKill } from "../../evidence-writers/system-log.js";
import type { Random } from "../../fixture-scenarios/random.js";
import { calmHost, lookAtHost, tellSyslog } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { nothingWrong } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** A host that says something alarming that has nothing to do with p4d, or that was over long ago. */
export const HOST_NEAR_MISSES: readonly IncidentKind[] = [
  { id: "oom-of-another-program", family: "no-fault", never: ["no-host-evidence"], build: say(otherOom) },
  { id: "io-error-on-usb-disk", family: "no-fault", never: ["no-host-evidence"], build: say(usbDisk) },
  { id: "segfault-of-another-program", family: "no-fault", never: ["no-host-evidence"], build: say(otherSegfault) },
  { id: "hung-task-of-another-program", family: "no-fault", never: ["no-host-evidence"], build: say(otherHungTask) },
  { id: "disk-nearly-full", family: "no-fault", never: ["no-host-evidence"], build: nearlyFull },
  { id: "busy-disk-nobody-waits", family: "no-fault", never: ["no-host-evidence"], build: busyDisk },
  { id: "one-pressure-line", family: "no-fault", never: ["old-version"], build: onePressureLine },
  { id: "swap-used-but-still", family: "no-fault", never: ["no-host-evidence"], build: stillSwap },
];

/** An everyday stretch in which the system log tells one strange thing. */
function say(tell: (server: SimulatedServer, atMs: number, random: Random) => void): IncidentKind["build"] {
  return (random, variant) => {
    const scene = new Scene(random, variant);
    const atMs = scene.moment(random.between(15, 85) / 100);
    tell(scene.server, atMs, random);
    if (random.next() < 0.6) {
      scene.server.lookTwice(scene.moment(0.9));
      lookAtHost(scene.server, scene.moment(0.9), calmHost(random));
    }
    return scene.finish(nothingWrong);
  };
}

function otherOom(server: SimulatedServer, atMs: number, random: Random): void {
  const comm = random.pick(["java", "clamscan", "chrome", "php-fpm", "gitlab-runner"]);
  tellSyslog(server, oomKill(atMs, random.between(3001, 90_001) | 1, comm, 3_911_204, 6_204_888, random.next() < 0.3));
}

function usbDisk(server: SimulatedServer, atMs: number, random: Random): void {
  const device = random.pick(["sdf", "sdg"]);
  server.syslog(atMs - 60_000, "kernel", "usb 2-1.4: new SuperSpeed USB device number 7 using xhci_hcd");
  server.syslog(
    atMs,
    "kernel",
    `blk_update_request: I/O error, dev ${device}, sector 2048 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0`,
  );
  server.syslog(atMs + 10, "kernel", `Buffer I/O error on dev ${device}1, logical block 256, async page read`);
  server.syslog(atMs + 4000, "kernel", `usb 2-1.4: USB disconnect, device number 7`);
}

function otherSegfault(server: SimulatedServer, atMs: number, random: Random): void {
  const comm = random.pick(["node_exporter", "gnome-shell", "python3.9", "backup-agent"]);
  server.syslog(
    atMs,
    "kernel",
    `${comm}[${random.between(3001, 90_001) | 1}]: segfault at 0 ip 00007f11d2a84b10 sp 00007ffe0a1c3d80 error 4 in libc.so.6[7f11d2a00000+175000]`,
  );
}

function otherHungTask(server: SimulatedServer, atMs: number, random: Random): void {
  tellSyslog(server, hungTask(atMs, random.between(3001, 90_001) | 1, random.pick(["rsync", "tar", "bacula-fd"])));
}

/** 91 per cent of a big volume: hundreds of gigabytes are left. */
function nearlyFull(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const atMs = scene.moment(random.between(40, 90) / 100);
  const calm = calmHost(random);
  const share = random.between(88, 92) / 100;
  const filesystems = calm.filesystems.map((each) =>
    each.mount === "/hxdepots" ? { ...each, usedKb: Math.floor(each.sizeKb * 0.95 * share) } : each,
  );
  lookAtHost(scene.server, atMs, { ...calm, filesystems });
  const volumes = filesystems.slice(1).map((each, index) => ({
    name: ["P4ROOT", "P4JOURNAL", "journalPrefix"][index] ?? "TEMP",
    mount: each.mount,
    totalMb: each.sizeKb / 1024,
    freeMb: (each.sizeKb * 0.95 - each.usedKb) / 1024,
  }));
  scene.server.systemFile(atMs, "diskspace", "p4 diskspace", diskspaceText(volumes), "captures");
  return scene.finish(nothingWrong);
}

/** A backup reads the archive volume as fast as it can; p4d's own disks answer at once. */
function busyDisk(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const atMs = scene.moment(random.between(40, 90) / 100);
  const calm = calmHost(random);
  const disks = calm.disks.map((disk) =>
    disk.device === "sda"
      ? { ...disk, utilPercent: random.between(88, 99), readAwaitMs: random.between(4, 14), readsPerS: 2400, queue: 9 }
      : disk,
  );
  scene.server.lookTwice(atMs);
  lookAtHost(scene.server, atMs, { ...calm, disks, cpu: [12, 5, random.between(3, 9), 0], blocked: 1 });
  return scene.finish(nothingWrong);
}

/** The server said once that it feels pressure, and paused nobody for long. */
function onePressureLine(random: Random, variant: Variant) {
  const scene = new Scene(random, { ...variant, version: random.pick(["2023.2", "2024.1"]) });
  const atMs = scene.moment(random.between(15, 85) / 100);
  const text = `Server under resource pressure.  Pause rate CPU ${random.between(1, 6)}%, mem 0%, CPU pressure 1, mem pressure 0`;
  scene.server.log(atMs, (log) => log.event(atMs, 1850, text, 4_246_895));
  scene.server.log(atMs + 900, (log) =>
    log.event(atMs + 900, 1850, "Server is now using 20 active threads.", 91_222_013),
  );
  return scene.finish(nothingWrong);
}

/** Gigabytes lie in swap since last month; none of it moves. */
function stillSwap(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const atMs = scene.moment(random.between(40, 90) / 100);
  scene.server.lookTwice(atMs);
  lookAtHost(scene.server, atMs, { ...calmHost(random), swapUsedMb: random.between(1800, 4100), swapKbPerS: [0, 0] });
  return scene.finish(nothingWrong);
}
