import type { Incident } from "../../contracts/analysis.js";

type Resource = Incident["resource"];

/** Volumes as p4d names them, and paths: `P4JOURNAL`, `/p4/1/logs`. */
const VOLUME = /^(?:P4[A-Z]+|TEMP|depot|\/)/;

/** `hub:1666`, `10.20.0.3:1666` */
const ADDRESS = /^[\w.-]+:\d{2,5}$/;

/** `10.22.0.0/16` */
const NETWORK = /^[\da-f.:]+\/\d{1,3}$/i;

const SERVER_PARTS: Readonly<Record<string, string>> = {
  "": "the server",
  p4d: "the server itself",
  license: "the server's licence",
  certificate: "the server's certificate",
  ticket: "the service user's ticket",
  authentication: "the authentication service",
  archives: "the archive files",
  P4LOG: "the server's log",
  "pull -i": "the replica's metadata (pull -i)",
  "pull -u": "the replica's archive files (pull -u)",
  "idle sessions": "idle sessions of the server",
  "running commands": "the commands running on the server",
  "server.maxcommands": "the most commands at once (server.maxcommands)",
  connections: "connections to the server",
};

/** What an incident is about, as people say it: `the host's memory`, `the volume of P4JOURNAL`, `table db.have`. */
export function resourceText({ kind, name }: Resource): string {
  switch (kind) {
    case "host":
      return VOLUME.test(name) ? `the volume of ${name}` : `the host's ${name}`;
    case "server":
      if (Object.hasOwn(SERVER_PARTS, name)) return SERVER_PARTS[name] ?? name;
      if (ADDRESS.test(name)) return `the server at ${name}`;
      return name.startsWith("db.") ? `table ${name}` : name;
    case "trigger":
      return isUnnamed(name) ? "a trigger that the evidence does not name" : `trigger ${name}`;
    case "client":
      if (NETWORK.test(name)) return `clients of network ${name}`;
  }
  return isUnnamed(name) ? `a ${kind} that the evidence does not name` : `${kind} ${name}`;
}

function isUnnamed(name: string): boolean {
  return name === "" || name === "unknown" || name.startsWith("(unknown)");
}
