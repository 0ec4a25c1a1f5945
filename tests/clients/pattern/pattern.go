// Package pattern has the records every client writes and every client expects (README.md), and
// the printing of a test's line.
package pattern

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	Records    = 10_000
	Partitions = 3
)

var Codecs = []string{"none", "gzip", "snappy", "lz4", "zstd"}

// Header is a record header.
type Header struct {
	Key   string
	Value []byte
}

func Key(i int) []byte {
	if i%100 == 7 {
		return nil
	}
	return []byte(fmt.Sprintf("key-%d", i))
}

func Value(i int, codec string) []byte {
	if i%100 == 13 {
		return nil
	}
	var text strings.Builder
	fmt.Fprintf(&text, "value-%d-%s-", i, codec)
	for j := 0; j < i%150; j++ {
		text.WriteByte(byte('a' + (i+j)%26))
	}
	return []byte(text.String())
}

func Headers(i int, codec string) []Header {
	headers := []Header{{"n", []byte(strconv.Itoa(i))}, {"codec", []byte(codec)}}
	if i%5 == 0 {
		headers = append(headers, Header{"empty", []byte{}})
	}
	return headers
}

// BaseTime is the start of the previous hour: young enough for every retention.
func BaseTime() time.Time { return time.Now().Truncate(time.Hour).Add(-time.Hour) }

// Settle waits, except with LEAT_STRICT: Kafka answers CreateTopics before the partitions take
// records, and producers that are not idempotent reorder when they retry.
func Settle() {
	if os.Getenv("LEAT_STRICT") == "" {
		time.Sleep(500 * time.Millisecond)
	}
}

// End is the end offset of a partition that holds the whole pattern.
func End(partition int) int64 { return int64((Records - partition + Partitions - 1) / Partitions) }

// OffsetAt is the offset of the partition's first record whose number is at least i.
func OffsetAt(partition, i int) int64 { return int64((i - partition + Partitions - 1) / Partitions) }

// Check compares a record read at (partition, offset) with the pattern.
func Check(partition int, offset int64, codec string, base, at time.Time, key, value []byte, headers []Header) error {
	i := int(offset)*Partitions + partition
	switch wanted := Headers(i, codec); {
	case !equal(key, Key(i)):
		return fmt.Errorf("key of record %d: %q", i, key)
	case !equal(value, Value(i, codec)):
		return fmt.Errorf("value of record %d: %q", i, value)
	case !at.Equal(base.Add(time.Duration(i) * time.Millisecond)):
		return fmt.Errorf("timestamp of record %d: %v", i, at)
	case len(headers) != len(wanted):
		return fmt.Errorf("record %d has %d headers", i, len(headers))
	default:
		for h := range wanted {
			if headers[h].Key != wanted[h].Key || !bytes.Equal(headers[h].Value, wanted[h].Value) {
				return fmt.Errorf("header %d of record %d: %v", h, i, headers[h])
			}
		}
	}
	return nil
}

func equal(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

var failed bool

// Test runs one test and prints its line.
func Test(name string, body func() error) {
	start := time.Now()
	err := body()
	seconds := time.Since(start).Seconds()
	if err == nil {
		fmt.Printf("ok %s (%.1f)\n", name, seconds)
		return
	}
	failed = true
	fmt.Printf("FAIL %s (%.1f): %s\n", name, seconds, strings.ReplaceAll(err.Error(), "\n", " "))
}

// Exit ends the program with the status that the tests ask for.
func Exit() {
	if failed {
		os.Exit(1)
	}
	os.Exit(0)
}
