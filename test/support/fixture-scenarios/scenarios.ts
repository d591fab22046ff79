import { alder } from "./alder.js";
import { birch } from "./birch.js";
import { cedar } from "./cedar.js";
import { elder } from "./elder.js";
import type { Fixture } from "./fixture-files.js";
import { hazel } from "./hazel.js";
import { maple } from "./maple.js";
import { rowan } from "./rowan.js";

/** Every shipped fixture, in the order of its number. fixtures/README.md says what each one is about. */
export const SCENARIOS: readonly (() => Fixture)[] = [alder, birch, cedar, elder, hazel, maple, rowan];
