import { z } from "zod";
import type { Detector } from "../../../contracts/signal.js";
import { fact, hostSignal, spells } from "../host-signal.js";
import { harmedBy, knownErrors, usersOf } from "../server-errors.js";
import { clock, plural, quote } from "../words.js";

const settingsSchema = z.strictObject({
  handshakes: z
    .number()
    .int()
    .positive()
    .default(30)
    .describe("SSL handshakes that failed, where nothing names a date"),
  refusals: z.number().int().positive().default(3).describe("refusals for the licence or the certificate"),
});
type Settings = z.infer<typeof settingsSchema>;

const APART_MS = 3_600_000;

/** From one instant on everybody is refused, because a licence or a certificate ran out or does not fit. */
export const licenseOrCertificate: Detector<Settings> = {
  id: "license-or-certificate",
  title: "Licence or certificate",
  question: "Were people refused because of the licence or the SSL certificate?",
  needs: ["server-errors"],
  settings: settingsSchema,
  falseAlarms:
    "A scanner of the network that knocks with a bad certificate. Never counted: a licence that is still good for weeks, one new user too many.",
  source: "Messages of the 2023.2 source (License expired, Maximum licensed files, SSL certificate date range).",
  *detect({ reader }, serverId, settings) {
    for (const kind of ["license", "certificate"] as const) {
      for (const spell of spells(knownErrors(reader, serverId, kind), APART_MS)) {
        const first = spell[0];
        const last = spell.at(-1);
        if (first === undefined || last === undefined || spell.length < settings.refusals) continue;
        // Port scanners fail at the handshake every day.
        const explicit = spell.some((error) => !/handshake/i.test(error.text));
        if (!explicit && spell.length < settings.handshakes) continue;
        const harmed = harmedBy(reader, serverId, spell);
        const what = kind === "license" ? "licence" : "SSL certificate";
        const words = `p4d refused ${plural(spell.length, "time")} from ${clock(first.atMs)} on because of its ${what}: ${quote(first.text)}`;
        yield hostSignal({
          detector: "license-or-certificate",
          serverId,
          category: "license-or-certificate",
          kind,
          fromMs: first.atMs,
          toMs: last.atMs,
          resource: { kind: "server", name: kind },
          facts: [fact(words, spell.length, "errors", first.ref)],
          severity: usersOf(harmed) >= 5 || spell.length >= 20 ? "major" : null,
          harmed,
        });
      }
    }
  },
};
