import { isoUtc } from "../../src/base/time.js";
import type { DocumentHelpers } from "../../src/contracts/incident-draft.js";

/** A server whose clock is UTC, and inputs numbered as their sources. */
export const helpers: DocumentHelpers = {
  toUtcIso: (_serverId, localMs) => isoUtc(localMs),
  inputIdOf: (place) => place.sourceId,
};
