package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
)

const (
	// Sizes of log2sql, so that neither waits longer for the other end than it does there.
	linesAhead  = 10_000
	bufferBytes = 5 << 20
	// log2sql cuts lines here, before it hashes them into keys.
	longestLine = 5000
	cutMark     = "...'"
)

// A source is a log as text, and the file it comes from.
type source struct {
	io.Reader
	io.Closer
}

// open opens a log, gzipped or not: the content decides.
func open(path string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(file, bufferBytes)
	magic, _ := buffered.Peek(2) // a shorter file is simply not gzipped
	if string(magic) != "\x1f\x8b" {
		return source{buffered, file}, nil
	}
	text, err := gzip.NewReader(buffered)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return source{text, file}, nil
}

// sendLines sends all lines, long ones cut. It ends with an error at a line that fits no buffer.
func sendLines(input io.Reader, lines chan<- string) error {
	scanner := bufio.NewScanner(input)
	scanner.Buffer(make([]byte, bufferBytes), bufferBytes)
	count := 0
	for scanner.Scan() {
		lines <- cut(scanner.Text())
		count++
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("behind line %d: %w", count, err)
	}
	return nil
}

func cut(line string) string {
	if len(line) <= longestLine {
		return line
	}
	return line[:longestLine] + cutMark
}
