package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/bvinc/go-sqlite-lite/sqlite3"
)

// A column is its declaration, "pid INT NOT NULL", together with its value in a row.
type column[T any] struct {
	declaration string
	value       func(row *T) any
}

// A table takes rows made of T.
type table[T any] struct {
	name       string
	primaryKey string
	columns    []column[T]
	insertion  *sqlite3.Stmt
	values     []any
}

// create makes the table and prepares its insertion.
func (t *table[T]) create(db *sqlite3.Conn) error {
	declarations := make([]string, len(t.columns))
	for i, column := range t.columns {
		declarations[i] = column.declaration
	}
	sql := fmt.Sprintf("CREATE TABLE %s (%s, PRIMARY KEY (%s))", t.name, strings.Join(declarations, ", "), t.primaryKey)
	if err := db.Exec(sql); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",")
	insertion, err := db.Prepare(fmt.Sprintf("INSERT INTO %s VALUES (%s)", t.name, marks))
	t.insertion, t.values = insertion, make([]any, len(t.columns))
	return err
}

func (t *table[T]) insert(row *T) error {
	for i, column := range t.columns {
		t.values[i] = column.value(row)
	}
	if err := t.insertion.Exec(t.values...); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

func (t *table[T]) close() error {
	if t.insertion == nil {
		return nil
	}
	return t.insertion.Close()
}

// localTime is "2024/03/05 10:00:01", or nothing for a time that the log doesn't tell.
func localTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006/01/02 15:04:05")
}
