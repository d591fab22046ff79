package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	p4dlog "github.com/rcowham/go-libp4dlog"
)

// jsonLines prints records as go-libp4dlog itself writes them, one a line, as the JSON of log2sql is.
type jsonLines struct {
	out *bufio.Writer
}

func newJSONLines(out io.Writer) *jsonLines {
	return &jsonLines{bufio.NewWriterSize(out, 1<<20)}
}

func (j *jsonLines) write(record any) error {
	switch record := record.(type) {
	case p4dlog.Command:
		return j.line(&record)
	case p4dlog.ServerEvent:
		return j.line(&record)
	default:
		return fmt.Errorf("a record of unknown kind %T", record)
	}
}

func (j *jsonLines) line(record json.Marshaler) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	_, err = j.out.Write(append(text, '\n'))
	return err
}

func (j *jsonLines) close() error {
	return j.out.Flush()
}
