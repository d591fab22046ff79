package main

import p4dlog "github.com/rcowham/go-libp4dlog"

// A use is what one command did to one table, or a trigger that it ran.
type use struct {
	*p4dlog.Table
	key    string
	lineNo int64
}

// tableUseTable joins with process by key and line. Waits and holds are in milliseconds.
func tableUseTable() *table[use] {
	return &table[use]{name: "tableUse", primaryKey: "processkey, lineNumber, tableName", columns: tableUseColumns}
}

var tableUseColumns = []column[use]{
	{"processkey CHAR(50) NOT NULL", func(u *use) any { return u.key }},
	{"lineNumber INT NOT NULL", func(u *use) any { return u.lineNo }},
	{"tableName VARCHAR(255) NOT NULL", func(u *use) any { return u.TableName }},
	{"pagesIn INT NULL", func(u *use) any { return u.PagesIn }},
	{"pagesOut INT NULL", func(u *use) any { return u.PagesOut }},
	{"pagesCached INT NULL", func(u *use) any { return u.PagesCached }},
	{"pagesSplitInternal INT NULL", func(u *use) any { return u.PagesSplitInternal }},
	{"pagesSplitLeaf INT NULL", func(u *use) any { return u.PagesSplitLeaf }},
	{"readLocks INT NULL", func(u *use) any { return u.ReadLocks }},
	{"writeLocks INT NULL", func(u *use) any { return u.WriteLocks }},
	{"getRows INT NULL", func(u *use) any { return u.GetRows }},
	{"posRows INT NULL", func(u *use) any { return u.PosRows }},
	{"scanRows INT NULL", func(u *use) any { return u.ScanRows }},
	{"putRows INT NULL", func(u *use) any { return u.PutRows }},
	{"delRows INT NULL", func(u *use) any { return u.DelRows }},
	{"totalReadWait INT NULL", func(u *use) any { return u.TotalReadWait }},
	{"totalReadHeld INT NULL", func(u *use) any { return u.TotalReadHeld }},
	{"totalWriteWait INT NULL", func(u *use) any { return u.TotalWriteWait }},
	{"totalWriteHeld INT NULL", func(u *use) any { return u.TotalWriteHeld }},
	{"maxReadWait INT NULL", func(u *use) any { return u.MaxReadWait }},
	{"maxReadHeld INT NULL", func(u *use) any { return u.MaxReadHeld }},
	{"maxWriteWait INT NULL", func(u *use) any { return u.MaxWriteWait }},
	{"maxWriteHeld INT NULL", func(u *use) any { return u.MaxWriteHeld }},
	{"peekCount INT NULL", func(u *use) any { return u.PeekCount }},
	{"totalPeekWait INT NULL", func(u *use) any { return u.TotalPeekWait }},
	{"totalPeekHeld INT NULL", func(u *use) any { return u.TotalPeekHeld }},
	{"maxPeekWait INT NULL", func(u *use) any { return u.MaxPeekWait }},
	{"maxPeekHeld INT NULL", func(u *use) any { return u.MaxPeekHeld }},
	{"triggerLapse FLOAT NULL", func(u *use) any { return float64(u.TriggerLapse) }},
}
