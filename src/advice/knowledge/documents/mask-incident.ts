import type { Analysis } from "./incident-file.js";
import { NameMask } from "./mask-names.js";

/** How p4rca speaks of a command: `pid 7432 (ada, user-files //depot/...)` */
const SPOKEN = /\bpid \d{1,10} \(([^,()\s]{1,256}), /g;
/** The same with arguments, which end at the last bracket: they may hold brackets themselves. */
const WITH_ARGUMENTS = /(\bpid \d{1,10} \([^,()\s]{1,256}, [\w-]{1,64}) [^\n]{0,1000}\)/g;
/** How the server does: `ada@ada-ws 10.1.2.3 [p4/v85] 'user-files //depot/...'` */
const LOGGED = /([^\s@']{1,256})@([^\s@']{1,256}) [\da-f.:/]{2,90} \[/gi;

/** Whoever and whatever an analysis names: suspects, whoever waited, servers, workspaces, hosts. */
export function maskOf({ incidents, headline, case: { servers } }: Analysis): NameMask {
  const mask = new NameMask();
  for (const { suspect, resource, evidence, actions } of incidents) {
    if (suspect !== null) {
      mask.name("workspace", suspect.workspace);
      mask.name("user", suspect.user);
      mask.name("address", suspect.ip);
    }
    const own = /^(?:clients|clientEntity|label|change)\/(.+)$/.exec(resource.name)?.[1]; // clients/ada-ws
    if (own !== undefined || resource.kind === "client") mask.name("workspace", own ?? resource.name);
    if (resource.kind === "host") mask.name("host", resource.name);
    for (const text of [headline, ...evidence.map(({ fact }) => fact), ...actions.map((action) => action.text)])
      for (const [, user = ""] of text.matchAll(SPOKEN)) mask.name("user", user);
    for (const { source } of evidence)
      for (const [, user = "", workspace = ""] of source.text.matchAll(LOGGED)) {
        mask.name("user", user);
        mask.name("workspace", workspace);
      }
  }
  for (const { serverId, instance } of servers) mask.name("server", serverId ?? "", instance ?? "");
  return mask;
}

/** A sentence of p4rca without the arguments of commands: they hold descriptions, names and halves of paths. */
export function withoutArguments(sentence: string): string {
  return sentence.replaceAll(WITH_ARGUMENTS, "$1)");
}
