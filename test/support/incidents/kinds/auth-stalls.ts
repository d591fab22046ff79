import type { Errand } from "../../fixture-scenarios/everyday-commands.js";
import type { Random } from "../../fixture-scenarios/random.js";
import { calmHost, lookAtHost } from "../host-mood.js";
import type { IncidentKind, Variant } from "../incident-kind.js";
import { oneIncident } from "../labels.js";
import { Scene } from "../scene.js";
import type { SimulatedServer } from "../simulated-server.js";

/** Nobody can log in; who has a ticket works on (taxonomy 26). */
export const AUTH_STALLS: readonly IncidentKind[] = [
  { id: "ldap-stall", family: "fault", never: ["log-hole"], build: ldapStall },
  { id: "ldap-down", family: "fault", never: ["log-hole"], build: ldapDown },
  { id: "central-auth-slow", family: "fault", never: ["log-hole", "coarse-track"], build: centralAuth },
];

/** A login is two commands of one connection; between them its owner types the password. */
function login(random: Random, slow: Errand["steps"]): Errand[] {
  return [
    { cmd: "user-login", args: "", steps: [{ work: 2 }] },
    { cmd: "dm-login", args: "", steps: [{ receive: random.between(1500, 6000) }, ...slow, { work: 3 }] },
  ];
}

/** Logins of a working day: some quick ones before, and while the directory is ill the same people try again. */
function logins(scene: Scene, server: SimulatedServer, begin: number, end: number, slow: () => Errand["steps"]) {
  const { random } = scene;
  const quick = () => [{ idle: random.between(20, 300) }];
  for (let atMs = scene.fromMs + 15_000; atMs < scene.untilMs; atMs += random.between(6000, 22_000)) {
    const ill = atMs >= begin && atMs < end;
    const { user, workspace, ip, app } = random.pick(server.people);
    const who = server.guest({ user, workspace, ip, app });
    server.run(atMs, who, login(random, ill ? slow() : quick()));
  }
}

function stretch(scene: Scene, random: Random) {
  const begin = scene.moment(random.between(28, 50) / 100);
  return { begin, end: begin + random.between(300, 480) * 1000 };
}

/** The directory takes the connection and does not answer; the limit is 30 s, and some ask two or three servers in turn. */
function ldapStall(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { begin, end } = stretch(scene, random);
  const servers = random.between(1, 3);
  logins(scene, server, begin, end, () => [{ idle: 30_000 * random.between(1, servers) + random.between(2, 180) }]);
  if (random.next() < 0.7) ldapErrors(server, random, begin, end, "LDAP search failed: Timed out");
  server.lookTwice(begin + 150_000);
  lookAtHost(server, begin + 151_000, calmHost(random));
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 90_000) };
  return scene.finish(oneIncident("auth-stall", ["auth-ldap-sso-stall"], { window }));
}

/** The directory is gone: every login fails, some at once, some after the limit. */
function ldapDown(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { begin, end } = stretch(scene, random);
  const name = random.pick(["dc1.corp.example:636", "ldaps.studio.example:636", "10.9.0.11:389"]);
  const waitMs = () => (random.next() < 0.5 ? random.between(40, 300) : 30_000 + random.between(1, 90));
  logins(scene, server, begin, end, () => [{ idle: waitMs() }]);
  ldapErrors(server, random, begin, end, `Failed to initialize LDAP connection to: ${name}`);
  server.lookTwice(begin + 150_000);
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 60_000) };
  return scene.finish(oneIncident("auth-stall", ["auth-ldap-sso-stall"], { window }));
}

function ldapErrors(server: SimulatedServer, random: Random, fromMs: number, toMs: number, text: string): void {
  for (let atMs = fromMs + 32_000; atMs < toMs; atMs += random.between(7000, 25_000)) {
    const pid = server.guestPid(atMs);
    const dn = `uid=${random.pick(server.people).user},ou=people,dc=corp,dc=example`;
    const more = random.next() < 0.4 ? [`Authentication as ${dn} failed. Reason: Can't contact LDAP server`] : [];
    server.log(atMs, (log) => log.error(atMs, pid, "dm-login", [text, ...more]), pid);
  }
}

/** Logins are forwarded to another server, which answers late. */
function centralAuth(random: Random, variant: Variant) {
  const scene = new Scene(random, variant);
  const { server } = scene;
  const { begin, end } = stretch(scene, random);
  const remote = random.pick(["auth", "p4auth:1666", "auth.corp.example:1667"]);
  logins(scene, server, begin, end, () => [{ remote, ms: random.between(24_000, 95_000) }]);
  server.lookTwice(begin + 150_000);
  const window = { fromMs: begin, toMs: Math.min(scene.untilMs, end + 100_000) };
  return scene.finish(oneIncident("auth-stall", ["auth-ldap-sso-stall"], { window }));
}
