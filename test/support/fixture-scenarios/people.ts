import type { Random } from "./random.js";

/** Who works on the invented server: people at desks, build machines, a review system. */
export interface Person {
  readonly user: string;
  readonly workspace: string;
  readonly ip: string;
  readonly app: string;
  readonly role: "artist" | "programmer" | "build" | "swarm" | "monitor";
}

const FIRST =
  "ada bela carl dora emil faye gus hana ivo jana kai lena milo nora otto pia quin rosa sven tara ugo vera wim xena yan zoe alma bert cleo dirk";
const GUI = "Helix P4V/NTX64/2023.3/2495381/v94";
const APPS = {
  artist: [GUI, GUI, "UnrealGameSync (MSVC)/NTX64/2023.1/2468153/v92"],
  programmer: [GUI, "p4/2023.2/LINUX26X86_64/2519561", "p4/2022.2/NTX64/2369846"],
  build: ["jenkins.p4-plugin (p4java)/2022.1.2350281"],
  swarm: ["SWARM/2023.2-MAIN/2494110"],
  monitor: ["p4/2023.2/LINUX26X86_64/2519561"],
} as const;

/** `count` people, each with a workspace of their own; about one in six is a build machine. */
export function hire(random: Random, count: number): Person[] {
  const names = FIRST.split(" ");
  const people: Person[] = [];
  for (let index = 0; index < count; index++) {
    const role = index % 6 === 5 ? "build" : index % 2 === 0 ? "artist" : "programmer";
    const name = `${names[index % names.length]}${index < names.length ? "" : Math.floor(index / names.length)}`;
    const user = role === "build" ? "jenkins" : name;
    const workspace =
      role === "build" ? `jenkins-agent${index}-main` : `${name}_${role === "artist" ? "art" : "dev.main"}`;
    const ip = `10.${role === "build" ? 30 : 20 + (index % 3)}.${index % 7}.${11 + index}`;
    people.push({ user, workspace, ip, app: random.pick(APPS[role]), role });
  }
  people.push({ user: "swarm", workspace: "swarm-host", ip: "10.40.0.8", app: APPS.swarm[0], role: "swarm" });
  people.push({ user: "p4mon", workspace: "monitoring", ip: "127.0.0.1", app: APPS.monitor[0], role: "monitor" });
  return people;
}
