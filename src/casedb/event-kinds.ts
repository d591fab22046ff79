/** server_event.kind of `Server is now using N active threads.`; v1 is N. The views know the same words. */
export const ACTIVE_THREADS = "active-threads";

/** Kinds that say how many commands the server runs, holds back, or why. */
export const THREAD_EVENTS = [ACTIVE_THREADS, "paused-threads", "pressure"] as const;
