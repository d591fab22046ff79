/**
 * Matches the line that says which command was run, its arguments as first group. For `df`:
 * `# command: df -k`      `$ sudo df -k`      `[root@p4host ~]# /bin/df -k`
 */
export function typedCommand(program: string): RegExp {
  const before = "^(?:#\\s{0,4}command:|[^$#%>+]{0,80}[$#%>+])\\s{0,4}(?:sudo\\s{1,4})?(?:[\\w./-]{0,80}/)?";
  return new RegExp(`${before}${program}(?:\\s(.{0,300}))?$`);
}
