package main

import p4dlog "github.com/rcowham/go-libp4dlog"

type event = p4dlog.ServerEvent

// eventsTable has a row for each time the server told how many threads it had, or how pressed it was.
func eventsTable() *table[event] {
	return &table[event]{name: "events", primaryKey: "lineNumber", columns: eventColumns}
}

var eventColumns = []column[event]{
	{"lineNumber INT NOT NULL", func(e *event) any { return e.LineNo }},
	{"eventTime DATETIME NOT NULL", func(e *event) any { return localTime(e.EventTime) }},
	{"activeThreads INT NULL", func(e *event) any { return e.ActiveThreads }},
	{"activeThreadsMax INT NULL", func(e *event) any { return e.ActiveThreadsMax }},
	{"pausedThreads INT NULL", func(e *event) any { return e.PausedThreads }},
	{"pausedThreadsMax INT NULL", func(e *event) any { return e.PausedThreadsMax }},
	{"pausedErrorCount INT NULL", func(e *event) any { return e.PausedErrorCount }},
	{"pauseRateCPU INT NULL", func(e *event) any { return e.PauseRateCPU }},
	{"pauseRateMem INT NULL", func(e *event) any { return e.PauseRateMem }},
	{"cpuPressureState INT NULL", func(e *event) any { return e.CPUPressureState }},
	{"memPressureState INT NULL", func(e *event) any { return e.MemPressureState }},
}
