/** What one label did in one minute; `minute` counts from 1970 on the server's local clock. */
export interface MinuteSum {
  readonly label: string;
  readonly minute: number;
  readonly value: number;
}

/** Sums over commands by name: how many started and completed, lapse of the completed in ms, commands with an error. */
export type CommandSum = "started" | "completed" | "lapse" | "failed";

/** Sums over tables, read and write locks apart: waiting and holding in ms, locks taken. */
export type LockSum = "wait" | "held" | "locks";

/** A server's past by the minute. Nothing here says who did it: users, addresses and arguments have no bound. */
export interface MetricsHistory {
  /** Minutes of which the log tells anything, in order. */
  minutes(serverId: number): Iterable<number>;
  /** Names of commands, most frequent first; any text that stood in the log. */
  commandNames(serverId: number): Iterable<string>;
  /** Names of tables, most locked first; likewise. */
  tableNames(serverId: number): Iterable<string>;
  /** In order of label, then minute; names that are not in `labels` go together under `rest`. */
  commandSums(serverId: number, sum: CommandSum, labels: readonly string[], rest: string): Iterable<MinuteSum>;
  /** Likewise, for one mode; what a command tells of its locks counts in the minute in which it ended. */
  lockSums(
    serverId: number,
    sum: LockSum,
    mode: "read" | "write",
    labels: readonly string[],
    rest: string,
  ): Iterable<MinuteSum>;
}
