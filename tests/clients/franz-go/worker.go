package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func milliseconds(variable string) time.Duration {
	ms, err := strconv.Atoi(os.Getenv(variable))
	if err != nil {
		fmt.Fprintln(os.Stderr, variable, err)
		os.Exit(2)
	}
	return time.Duration(ms) * time.Millisecond
}

// worker is a member of GROUP for tests/soak/group_worker.py, which says what its environment means:
// it prints "PARTITION OFFSET" for each record it was given, for ever. What a poll gave is committed
// by itself at the next poll, or after it was printed.
func worker(bootstrap, topic string) {
	manual := os.Getenv("COMMITS") == "manual"
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.ConsumerGroup(os.Getenv("GROUP")),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(milliseconds("SESSION_MS")),
	}
	if manual {
		options = append(options, kgo.DisableAutoCommit())
	} else {
		options = append(options, kgo.AutoCommitInterval(milliseconds("AUTO_COMMIT_MS")))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	most, err := strconv.Atoi(os.Getenv("RECORDS_A_COMMIT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	for {
		fetches := client.PollRecords(context.Background(), most)
		fetches.EachRecord(func(r *kgo.Record) { fmt.Fprintln(out, r.Partition, r.Offset) })
		if out.Flush() != nil {
			os.Exit(1)
		}
		if manual && fetches.NumRecords() > 0 {
			// When the broker is being killed: the next commit covers this one.
			if err := client.CommitUncommittedOffsets(context.Background()); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
}
