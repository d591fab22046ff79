import { describe, expect, it } from "vitest";
import { error, host } from "../../support/host-scene.js";
import { scene } from "../../support/lock-scene.js";
import { analyse } from "./analyse.js";

describe("the headline", () => {
  it("writes p4d and users as they are, also at its beginning", () => {
    const full = host({ errors: [error(5, "write: /p4/1/logs/journal: No space left on device")] });
    expect(analyse(full).headline).toMatch(/^p4d could not write \/p4\/1\/logs\/journal/);
  });

  it("tells the path of a full disk once", () => {
    const { headline } = analyse(host({ errors: [error(5, "write: /p4/1/logs/journal: No space left on device")] }));
    expect(headline.split("/p4/1/logs/journal")).toHaveLength(2);
    expect(headline).toContain(": No space left on device");
  });

  it("speaks of one command in the singular, and of a moment by its time", () => {
    const { headline } = analyse(host({ errors: [error(5, "write: journal: No space left on device")] }));
    expect(headline).not.toMatch(/1 command [^;]*\bwere\b/);
    expect(headline).not.toMatch(/(\d\d:\d\d:\d\d) to \1/);
  });

  it("does not end a sentence twice", () => {
    const errors = Array.from({ length: 30 }, (_, s) => error(s, "License expired."));
    expect(analyse(host({ errors })).headline).not.toMatch(/\.;|\. \(/);
  });

  it("does not say a span twice", () => {
    const refused = Array.from({ length: 30 }, (_, s) =>
      error(s, "Server is now configured to run a maximum of 30 simultaneous commands.\nTry again later."),
    );
    const { headline } = analyse(host({ errors: refused }));
    for (const time of headline.match(/\d\d:\d\d:\d\d/g) ?? []) expect(headline.split(time).length - 1).toBeLessThan(3);
  });

  it("says of a lock without a name just that", () => {
    const { headline } = analyse(scene({ roots: [{ object: "(unknown)", mode: "W" }] }));
    expect(headline).toContain("held a lock that the evidence does not name for 40.0 s");
  });
});
