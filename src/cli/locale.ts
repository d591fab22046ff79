/**
 * POSIX: LC_ALL wins over LC_CTYPE, that over LANG; none set is the C locale, which knows ASCII only. C.UTF-8,
 * de_DE.utf8@euro -> false; C, POSIX, de_DE.ISO-8859-1 -> true.
 */
export function isAsciiLocale(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "C";
  return !/utf-?8/i.test(locale);
}
