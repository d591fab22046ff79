// Command reference puts a P4LOG into SQLite with go-libp4dlog, the parser inside log2sql, for machines that have no
// log2sql. p4rca is measured against it and its records are compared with those of p4rca.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	p4dlog "github.com/rcowham/go-libp4dlog"
	"github.com/sirupsen/logrus"
)

// A sink takes what the parser says of a log: a p4dlog.Command or a p4dlog.ServerEvent at a time.
type sink interface {
	write(record any) error
	close() error
}

func main() {
	database := flag.String("db", "", "put the tables process, tableUse and events into this new database")
	asJSON := flag.Bool("json", false, "print a JSON record a line instead")
	startsOnly := flag.Bool("starts-only", false, "the log is one of server=1: it tells no ends")
	version := flag.Bool("version", false, "say what this is made of")
	flag.Usage = usage
	flag.Parse()
	if *version {
		fmt.Println(madeOf())
		return
	}
	if flag.NArg() != 1 || *asJSON == (*database != "") {
		usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *database, *startsOnly); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: reference --db FILE [--starts-only] LOG\n       reference --json [--starts-only] LOG")
	flag.PrintDefaults()
}

// run reads the log to its end. An empty database means JSON.
func run(log, database string, startsOnly bool) error {
	input, err := open(log)
	if err != nil {
		return err
	}
	defer input.Close()
	out, err := sinkFor(database)
	if err != nil {
		return err
	}
	return errors.Join(parse(input, out, startsOnly), out.close())
}

func sinkFor(database string) (sink, error) {
	if database == "" {
		return newJSONLines(os.Stdout), nil
	}
	return createDatabase(database)
}

func parse(input io.Reader, out sink, startsOnly bool) error {
	// The logger of log2sql; nobody says anything to it unless asked to debug.
	parser := p4dlog.NewP4dFileParser(logrus.New())
	if startsOnly {
		parser.SetNoCompletionRecords()
	}
	lines := make(chan string, linesAhead)
	ended := make(chan error, 1)
	go func() {
		defer close(lines)
		ended <- sendLines(input, lines)
	}()
	for record := range parser.LogParser(context.Background(), lines) {
		// As log2sql does: one row that can't be written doesn't stop the others.
		if err := out.write(record); err != nil {
			fmt.Fprintln(os.Stderr, "reference:", err)
		}
	}
	return <-ended
}

// madeOf says "go-libp4dlog v0.14.1, go1.26.1".
func madeOf() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == "github.com/rcowham/go-libp4dlog" {
			return fmt.Sprintf("go-libp4dlog %s, %s", module.Version, info.GoVersion)
		}
	}
	return "unknown, " + info.GoVersion
}
