import { at, type FakeCase } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday, load, serverError, serverEvent, signature } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const WINDOW = { firstMs: at(0), lastMs: at(1200) };
const FULL = "Request refused: this server is configured to run a maximum of 150 simultaneous commands.";
const during = (second: number) => second >= 600 && second < 660;

/** A crowd starts between 600 s and 660 s; others take `slowMs` meanwhile. */
export const crowd = (started: number, slowMs: number, over: Partial<FakeCase> = {}) =>
  quiet(
    everyday(1200, (second) => (during(second) ? slowMs : 100)),
    {
      window: WINDOW,
      load: load(1200, 5, (second) => (during(second) ? { started } : {})),
      signatures: Array.from({ length: 50 }, (_, index) =>
        signature({ user: `node${index}`, ip: `10.33.0.${index}`, cmd: "user-sync", count: 20 }),
      ),
      ...over,
    },
  );

export const full = (count: number) =>
  crowd(300, 100, {
    errors: Array.from({ length: count }, (_, index) => serverError(610 + index, 20_120 + index, FULL)),
    events: [serverEvent(609, "active-threads", "Server is now using 150 active threads.", [150])],
  });

export const cases: DetectorCases = {
  fires: {
    "commands refused: the server's maximum ran already": () => full(30),
    "a crowd, and everybody is slow": () => crowd(300, 4000),
  },
  nearMiss: {
    "a crowd that hurts nobody": () => crowd(300, 100),
    "slow, but no more commands than usual": () => crowd(5, 4000),
    "a morning ramp": () => crowd(5, 100, { load: load(1200, 0, (second) => ({ started: Math.floor(second / 20) })) }),
    "a log of a minute, which has no usual": () => crowd(300, 4000, { load: load(60, 300) }),
    "other errors": () => crowd(5, 100, { errors: [serverError(600, 1, "//depot/x - no such file(s).")] }),
  },
  cannotTell: { "monitor rows only": () => quiet([], { capabilities: ["monitor"] }) },
};
