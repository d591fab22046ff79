import { at, ref } from "../../../support/fake-reader.js";
import { cacheFull, site } from "../../detect/cases/peer-bound-command.js";
import type { CauseCases } from "../cause-cases.js";

const behind = (index: number) => `10.60.0.3/10.20.${index % 3}.${index + 1}`;
export const cases: CauseCases = {
  category: "network-stall",
  fires: {
    "the proxy's cache is full": () => site(behind, 800, {}, { syslog: [cacheFull] }),
    "it fetches everything": () =>
      site(
        behind,
        800,
        {},
        {
          measurements: ["server_bytes", "cache_bytes"].map((name, index) => ({
            kind: "proxy-log" as const,
            subject: "",
            name,
            value: index === 0 ? 9e9 : 1e7,
            unit: "bytes",
            atMs: at(330),
            text: "",
            ref: ref(),
          })),
        },
      ),
  },
  nearMiss: {
    "an office without a proxy": () => site((index) => `10.20.${index % 3}.${index + 1}`),
    "its log is fine long before": () =>
      site((index) => `10.20.${index % 3}.${index + 1}`, 800, {}, { syslog: [{ ...cacheFull, atMs: at(-9000) }] }),
  },
  cannotTell: { "all behind a proxy, and no log of it": () => site(behind) },
};
