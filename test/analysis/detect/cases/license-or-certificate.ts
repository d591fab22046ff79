import { error, host, kernel, refused } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const many = (text: string) => {
  const { errors, commands } = refused(25, 100, text, 15);
  return host({ errors }, commands);
};

export const cases: DetectorCases = {
  fires: {
    "the licence ran out": () => many("License expired."),
    "the address does not fit the licence": () => many("Licensing error -- invalid server IP address 10.0.0.9"),
    "the certificate ran out": () => many("SSL certificate date range invalid."),
  },
  nearMiss: {
    "good for another 60 days": () =>
      host({
        syslog: [kernel(10, "p4d", "p4d: license expires in 60 days", { tag: "p4d" })],
        errors: [error(3, "warning: Your license will expire in 60 days.")],
      }),
    "one new user too many": () => host({ errors: [error(5, "Can't create a new user - over license quota.")] }),
    "a lost encrypted connection": () => many("SSL receive failed."),
  },
  cannotTell: { "no server log": () => quiet() },
};
