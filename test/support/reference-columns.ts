/** JSON field of the reference -> column of the view, where they are not called the same. */
export const REFERENCE_COLUMNS: Readonly<Record<string, string>> = {
  lineNo: "lineNumber",
  computeLapse: "computedLapse",
  cmdError: "error",
  fileTotalsSndMBytes: "fileTotalsSndMB",
  fileTotalsRcvMBytes: "fileTotalsRcvMB",
  netFilesAdded: "netSyncFilesAdded",
  netFilesUpdated: "netSyncFilesUpdated",
  netFilesDeleted: "netSyncFilesDeleted",
  netBytesAdded: "netSyncBytesAdded",
  netBytesUpdated: "netSyncBytesUpdated",
};
