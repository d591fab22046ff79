import type { HostFacts } from "../fixture-scenarios/fixture-files.js";
import type { Random } from "../fixture-scenarios/random.js";
import type { Variant } from "./incident-kind.js";

const NAMES = ["p4host", "depot02", "vcs7", "perforce-prd", "hub", "p4-core", "scm01", "studio-p4"];
const ZONE_NAMES: Readonly<Record<number, string>> = {
  0: "UTC",
  60: "CET",
  120: "CEST",
  [-300]: "EST",
  [-480]: "PST",
  330: "IST",
  540: "JST",
  570: "ACST", // biome-ignore format: a table
};
const BUILDS: Readonly<Record<string, string>> = {
  "2015.1": "1028542 (2015/03/20)",
  "2017.2": "1622831 (2018/02/15)",
  "2019.1": "1876401 (2019/11/08)",
  "2021.2": "2220431 (2021/12/09)",
  "2022.2": "2422625 (2023/03/24)",
  "2023.2": "2535420 (2023/12/19)",
  "2024.1": "2625008 (2024/07/17)",
  "2024.2": "2697822 (2024/12/18)",
};

/** An invented host with a p4d of the variant's version; `index` 0 is the server the case is about. */
export function drawHost(random: Random, variant: Variant, index: number): HostFacts {
  const name = random.pick(NAMES) + (index === 0 ? "" : `-${index + 1}`);
  const sdp = variant.layout === "sdp" || random.next() < 0.5;
  const instance = index + 1;
  const root = sdp
    ? `/p4/${instance}/root`
    : random.pick(["/srv/perforce", "/data/p4root", "/opt/perforce/servers/main"]) + (index === 0 ? "" : instance);
  return {
    host: name,
    serverId: `${random.pick(["master", "p4d", "main", "prd"])}.${name}`,
    services: index === 0 ? random.pick(["standard", "standard", "commit-server"]) : "standard",
    port: random.pick(["1666", "ssl:1666", `ssl:${name}:1666`]),
    root,
    log: sdp ? `/p4/${instance}/logs/log` : `${root}/log`,
    offsetMinutes: variant.offsetMinutes,
    zoneName: ZONE_NAMES[variant.offsetMinutes] ?? "UTC",
    version: `P4D/LINUX26X86_64/${variant.version}/${BUILDS[variant.version] ?? BUILDS["2023.2"]}`,
    track: variant.trackLevel,
  };
}
