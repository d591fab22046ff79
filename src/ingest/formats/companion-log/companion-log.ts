import type { EvidenceKind } from "../../../contracts/evidence.js";
import type { EvidenceFormat } from "../../evidence-format.js";
import { headLines } from "../../source/split-lines.js";
import { lineParser } from "../line-parser.js";
import { CompanionHandler, HEADER, TOTALS } from "./companion-handler.js";

/** A header of p4d's own log: such a file is a P4LOG, whatever else stands in it. */
const SERVER_HEADER = /^Perforce server (?:info|error|warning):/;

export const proxyLogFormat = companionFormat("proxy", "proxy-log", "log of p4p");
export const brokerLogFormat = companionFormat("broker", "broker-log", "log of p4broker");

function companionFormat(program: "proxy" | "broker", id: EvidenceKind, title: string): EvidenceFormat {
  return {
    id,
    title,
    sniff(head) {
      const lines = headLines(head);
      if (lines.some((line) => SERVER_HEADER.test(line))) return 0;
      const own = lines.filter((line) => HEADER.exec(line)?.[1]?.toLowerCase() === program).length;
      const foreign = lines.filter((line) => HEADER.test(line)).length - own;
      if (own > 0) return own >= foreign ? 0.95 : 0.9;
      return program === "proxy" && lines.some((line) => TOTALS.test(line)) ? 0.8 : 0;
    },
    open: (source, outlet) => lineParser(source, outlet, (context) => new CompanionHandler(context, program)),
  };
}
