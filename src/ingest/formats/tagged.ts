/** A line of `p4 -ztag` output: `... serverVersion P4D/LINUX26X86_64/2023.2/2535420`. Nested fields begin `... ... `. */
const TAG = /^(?:\.\.\. )+(\S+)(?: (.*))?$/;

export function tagOf(line: string): { readonly name: string; readonly value: string } | null {
  const m = TAG.exec(line);
  return m === null ? null : { name: m[1] ?? "", value: m[2] ?? "" };
}
