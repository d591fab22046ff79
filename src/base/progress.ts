/** What long work tells whoever watches; cli decides how to show it. Amounts are bytes or items, see `unit`. */
export interface ProgressEvent {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: "bytes" | "items";
  readonly detail: string | null;
}

export type ProgressListener = (event: ProgressEvent) => void;

export const noProgress: ProgressListener = () => {};
