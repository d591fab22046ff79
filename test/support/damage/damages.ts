import { Random } from "../simulator/random.js";
import { damagedTarHeader, truncatedTar, truncatedTarGz, truncatedZip } from "./archive-damage.js";
import {
  concatenatedMembers,
  garbageBehindGzip,
  gzipOfOtherLength,
  gzipWithoutEnd,
  overwrittenGzip,
  paddedGzip,
  tornLastMember,
  truncatedGzip,
} from "./compressed-damage.js";
import { type Damage, type DamagedInput, wholeLog } from "./damaged-input.js";
import {
  duplicates,
  emptyFiles,
  missingRotation,
  namesOutOfOrder,
  overlappingRotations,
  tornRotation,
} from "./rotation-damage.js";
import {
  byteOrderMark,
  carriageReturns,
  garbageBehind,
  latin1Names,
  mixedLineEnds,
  tornBlocks,
  tornHead,
  tornTail,
  utf16,
  zeroedBlocks,
} from "./text-damage.js";

/** Every way of damage, by the name it is reported under. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  "truncated-gzip": truncatedGzip,
  "gzip-without-end": gzipWithoutEnd,
  "concatenated-members": concatenatedMembers,
  "torn-last-member": tornLastMember,
  "garbage-behind-gzip": garbageBehindGzip,
  "padded-gzip": paddedGzip,
  "gzip-of-other-length": gzipOfOtherLength,
  "overwritten-gzip": overwrittenGzip,
  "missing-rotation": missingRotation,
  "overlapping-rotations": overlappingRotations,
  duplicates,
  "names-out-of-order": namesOutOfOrder,
  "empty-files": emptyFiles,
  "torn-rotation": tornRotation,
  "truncated-tar": truncatedTar,
  "truncated-tar-gz": truncatedTarGz,
  "damaged-tar-header": damagedTarHeader,
  "truncated-zip": truncatedZip,
  "torn-tail": tornTail,
  "torn-head": tornHead,
  "torn-blocks": tornBlocks,
  "zeroed-blocks": zeroedBlocks,
  "carriage-returns": carriageReturns,
  "mixed-line-ends": mixedLineEnds,
  "byte-order-mark": byteOrderMark,
  utf16,
  "latin1-names": latin1Names,
  "garbage-behind": garbageBehind,
};

const KINDS = Object.keys(DAMAGES);
/** So many different logs are damaged: what reading one of them whole gives is worked out once. */
const LOGS = 12;

/** The damaged input with this number: kinds by turns, places by chance; the same for the same seed. */
export async function damagedInput(seed: number, index: number): Promise<{ kind: string; input: DamagedInput }> {
  const kind = KINDS[index % KINDS.length] as string;
  const dice = new Random(seed * 1_000_003 + index);
  const log = wholeLog(1 + (Math.floor(index / KINDS.length) % LOGS));
  return { kind, input: await (DAMAGES[kind] as Damage)(log, dice) };
}
