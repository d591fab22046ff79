package main

import p4dlog "github.com/rcowham/go-libp4dlog"

type command = p4dlog.Command

// processTable has a row a command. Times are local, lapses in seconds, CPU in milliseconds.
func processTable() *table[command] {
	columns := append([]column[command]{}, processColumns...)
	columns = append(columns, librarianColumns...)
	columns = append(columns, column[command]{"error TEXT NULL", func(c *command) any { return c.CmdError }})
	return &table[command]{name: "process", primaryKey: "processkey, lineNumber", columns: columns}
}

var processColumns = []column[command]{
	{"processkey CHAR(50) NOT NULL", func(c *command) any { return c.GetKey() }},
	{"lineNumber INT NOT NULL", func(c *command) any { return c.LineNo }},
	{"pid INT NOT NULL", func(c *command) any { return c.Pid }},
	{"startTime DATETIME NOT NULL", func(c *command) any { return localTime(c.StartTime) }},
	{"endTime DATETIME NULL", func(c *command) any { return localTime(c.EndTime) }},
	{"computedLapse FLOAT NULL", func(c *command) any { return float64(c.ComputeLapse) }},
	{"completedLapse FLOAT NULL", func(c *command) any { return float64(c.CompletedLapse) }},
	{"paused FLOAT NULL", func(c *command) any { return float64(c.Paused) }},
	{"user TEXT NOT NULL", func(c *command) any { return c.User }},
	{"workspace TEXT NOT NULL", func(c *command) any { return c.Workspace }},
	{"ip TEXT NOT NULL", func(c *command) any { return c.IP }},
	{"app TEXT NOT NULL", func(c *command) any { return c.App }},
	{"cmd TEXT NOT NULL", func(c *command) any { return c.Cmd }},
	{"args TEXT NULL", func(c *command) any { return c.Args }},
	{"uCpu INT NULL", func(c *command) any { return c.UCpu }},
	{"sCpu INT NULL", func(c *command) any { return c.SCpu }},
	{"diskIn INT NULL", func(c *command) any { return c.DiskIn }},
	{"diskOut INT NULL", func(c *command) any { return c.DiskOut }},
	{"ipcIn INT NULL", func(c *command) any { return c.IpcIn }},
	{"ipcOut INT NULL", func(c *command) any { return c.IpcOut }},
	{"maxRss INT NULL", func(c *command) any { return c.MaxRss }},
	{"pageFaults INT NULL", func(c *command) any { return c.PageFaults }},
	{"memMB INT NULL", func(c *command) any { return c.MemMB }},
	{"memPeakMB INT NULL", func(c *command) any { return c.MemPeakMB }},
	{"rpcMsgsIn INT NULL", func(c *command) any { return c.RPCMsgsIn }},
	{"rpcMsgsOut INT NULL", func(c *command) any { return c.RPCMsgsOut }},
	{"rpcSizeIn INT NULL", func(c *command) any { return c.RPCSizeIn }},
	{"rpcSizeOut INT NULL", func(c *command) any { return c.RPCSizeOut }},
	{"rpcHimarkFwd INT NULL", func(c *command) any { return c.RPCHimarkFwd }},
	{"rpcHimarkRev INT NULL", func(c *command) any { return c.RPCHimarkRev }},
	{"rpcSnd FLOAT NULL", func(c *command) any { return float64(c.RPCSnd) }},
	{"rpcRcv FLOAT NULL", func(c *command) any { return float64(c.RPCRcv) }},
	{"fileTotalsSnd INT NULL", func(c *command) any { return c.FileTotalsSnd }},
	{"fileTotalsRcv INT NULL", func(c *command) any { return c.FileTotalsRcv }},
	{"fileTotalsSndMB INT NULL", func(c *command) any { return c.FileTotalsSndMBytes }},
	{"fileTotalsRcvMB INT NULL", func(c *command) any { return c.FileTotalsRcvMBytes }},
	{"running INT NULL", func(c *command) any { return c.Running }},
	{"netSyncFilesAdded INT NULL", func(c *command) any { return c.NetFilesAdded }},
	{"netSyncFilesUpdated INT NULL", func(c *command) any { return c.NetFilesUpdated }},
	{"netSyncFilesDeleted INT NULL", func(c *command) any { return c.NetFilesDeleted }},
	{"netSyncBytesAdded INT NULL", func(c *command) any { return c.NetBytesAdded }},
	{"netSyncBytesUpdated INT NULL", func(c *command) any { return c.NetBytesUpdated }},
}
