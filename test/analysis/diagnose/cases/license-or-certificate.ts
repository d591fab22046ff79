import { error, host, refused } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const many = (text: string) => () => {
  const { errors, commands } = refused(12, 50, text, 8);
  return host({ errors }, commands);
};

export const cases: CauseCases = {
  category: "license-or-certificate",
  fires: {
    "the licence ran out": many("License expired."),
    "the certificate ran out": many("SSL certificate date range invalid."),
  },
  nearMiss: { "good for weeks": () => host({ errors: [error(5, "warning: Your license will expire in 60 days.")] }) },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.user") },
};
