import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "slow-command",
  fires: { "processor time without rows": alone({ cmd: "user-opened", args: "", cpuMs: 285_000, scanRows: 900 }) },
  nearMiss: {
    "a scan": alone({ cmd: "user-fstat", args: "//...", cpuMs: 285_000, scanRows: 5_000_000 }),
    "an integrate": alone({ cmd: "user-integrate", args: "//a/... //b/...", cpuMs: 285_000, scanRows: 900 }),
    "the time went elsewhere": alone({ cmd: "user-opened", args: "", cpuMs: 3000, scanRows: 900 }),
  },
  cannotTell: {
    "no track output: the rows are unknown": alone({ cmd: "user-opened", args: "", cpuMs: 285_000, trackRef: null }),
  },
};
