// Makes package-lock.json whole and free of registry addresses; run it after every `npm install`.
//
// npm leaves an optional package of another platform out of the lockfile when the registry at hand doesn't serve it,
// and `npm ci` then refuses the lockfile. Such a package is never installed here, so its name and version are enough.
import { readFileSync, writeFileSync } from "node:fs";

const lockPath = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(lockPath, "utf8"));

// @biomejs/cli-linux-x64-musl, @oxc-parser/binding-win32-ia32-msvc
const platformPattern =
  /-(android|darwin|freebsd|linux|openharmony|win32)-(arm64|x64|arm|ppc64|riscv64|s390x|ia32)(?:-(musl|gnu|msvc|gnueabihf|musleabihf|eabi))?$/;

/** Whether Node's look-up, from the folder of a package upwards, meets an entry of that name. */
function isLocked(folder, name) {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (lock.packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === "" || !at.includes("/node_modules/")) return lock.packages[`node_modules/${name}`] !== undefined;
  }
}

for (const [folder, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformPattern.exec(name);
    if (platform === null || isLocked(folder, name)) continue;
    const [, os, cpu, abi] = platform;
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[~^]/, ""),
      cpu: [cpu],
      ...(entry.dev === true ? { dev: true } : {}),
      ...(os === "linux" && abi !== undefined ? { libc: [abi.startsWith("musl") ? "musl" : "glibc"] } : {}),
      license: entry.license,
      optional: true,
      os: [os],
    };
    console.log(`added ${name}`);
  }
}

for (const entry of Object.values(lock.packages)) delete entry.resolved;
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(lockPath, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
