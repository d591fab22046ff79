package main

import (
	"errors"
	"fmt"

	"github.com/bvinc/go-sqlite-lite/sqlite3"
	p4dlog "github.com/rcowham/go-libp4dlog"
)

// rowsPerTransaction is how many rows log2sql writes before it commits.
const rowsPerTransaction = 50_000

// database has the tables of log2sql and is written the way log2sql writes: rows in the order they come, no journal, no
// waiting for the disk.
type database struct {
	connection  *sqlite3.Conn
	process     *table[command]
	tableUse    *table[use]
	events      *table[event]
	uncommitted int
}

// createDatabase refuses a file that has these tables already: rows of two logs would be no result of either.
func createDatabase(path string) (*database, error) {
	connection, err := sqlite3.Open(path)
	if err != nil {
		return nil, err
	}
	d := &database{connection: connection, process: processTable(), tableUse: tableUseTable(), events: eventsTable()}
	if err := d.prepare(); err != nil {
		return nil, errors.Join(err, d.disconnect())
	}
	return d, nil
}

func (d *database) prepare() error {
	for _, pragma := range []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"} {
		if err := d.connection.Exec(pragma); err != nil {
			return err
		}
	}
	for _, create := range []func(*sqlite3.Conn) error{d.process.create, d.tableUse.create, d.events.create} {
		if err := create(d.connection); err != nil {
			return err
		}
	}
	return d.connection.Begin()
}

func (d *database) write(record any) error {
	var err error
	switch record := record.(type) {
	case p4dlog.Command:
		err = d.writeCommand(&record)
	case p4dlog.ServerEvent:
		err = d.events.insert(&record)
		d.uncommitted++
	default:
		err = fmt.Errorf("a record of unknown kind %T", record)
	}
	if d.uncommitted < rowsPerTransaction {
		return err
	}
	d.uncommitted = 0
	return errors.Join(err, d.connection.Commit(), d.connection.Begin())
}

func (d *database) writeCommand(c *command) error {
	err := d.process.insert(c)
	key := c.GetKey()
	for _, t := range c.Tables {
		err = errors.Join(err, d.tableUse.insert(&use{t, key, c.LineNo}))
	}
	d.uncommitted += 1 + len(c.Tables)
	if err != nil {
		return fmt.Errorf("pid %d, line %d: %w", c.Pid, c.LineNo, err)
	}
	return nil
}

func (d *database) close() error {
	return errors.Join(d.connection.Commit(), d.disconnect())
}

func (d *database) disconnect() error {
	return errors.Join(d.process.close(), d.tableUse.close(), d.events.close(), d.connection.Close())
}
