import type { Detector } from "../../contracts/signal.js";
import { checkpointUnderLoad } from "./detectors/checkpoint-under-load.js";
import { clientLockContention } from "./detectors/client-lock-contention.js";
import { dbWedge } from "./detectors/db-wedge.js";
import { slowCommand } from "./detectors/slow-command.js";

/** Every detector, one line each, in the order of the document. */
export const detectors: readonly Detector[] = [
  dbWedge,
  checkpointUnderLoad,
  clientLockContention,
  slowCommand,
] as readonly Detector[];
