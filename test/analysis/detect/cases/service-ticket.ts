import { command } from "../../../support/fake-reader.js";
import { error, figure, host, refused } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const TICKET = "Perforce password (P4PASSWD) invalid or unset.";
const flood = (count: number, user: string, operation = "user-sync") => {
  const { errors, commands } = refused(count, 10, TICKET);
  return host(
    { errors: errors.map((one) => ({ ...one, operation })) },
    commands.map((one) => ({ ...one, user })),
  );
};

export const cases: DetectorCases = {
  fires: {
    "a replica asks again and again": () => flood(40, "svc_p4d_edge_fra", "rmt-Journal"),
    "a service user by its name": () => flood(12, "svc_backup"),
    "p4 pull -lj prints the refusal": () =>
      host({ measurements: figure("pull-state", "", 50, { ticket_error: 1 }, TICKET) }),
  },
  nearMiss: {
    "people whose sessions have expired": () => flood(40, "ines"),
    "one refusal at a restart": () => flood(1, "svc_p4d_edge_fra", "rmt-Journal"),
    "one failed login": () =>
      host({ errors: [error(5, "Password invalid.", { operation: "user-login" })] }, [command({ commandId: 1 })]),
  },
  cannotTell: { "no errors and no state of a replica": () => quiet() },
};
