package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// owned is the member's current assignment; franz-go reports changes to it, groups.py wants it whole.
type owned struct {
	mu         sync.Mutex
	partitions []int32
}

func (o *owned) change(added, removed []int32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.partitions = slices.DeleteFunc(o.partitions, func(p int32) bool { return slices.Contains(removed, p) })
	o.partitions = append(o.partitions, added...)
	slices.Sort(o.partitions)
}

func (o *owned) print() {
	o.mu.Lock()
	defer o.mu.Unlock()
	fmt.Println("assigned", strings.ReplaceAll(strings.Trim(fmt.Sprint(o.partitions), "[]"), " ", ","))
}

// member is one member of a group, driven by groups.py through stdin and stdout.
func member(bootstrap, topic string) {
	var mine owned
	lose := func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
		mine.change(nil, lost[topic])
		mine.print()
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.ConsumerGroup(os.Getenv("GROUP")),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, added map[string][]int32) {
			mine.change(added[topic], nil)
			mine.print()
		}),
		kgo.OnPartitionsRevoked(lose),
		kgo.OnPartitionsLost(lose),
	}
	if instance := os.Getenv("INSTANCE"); instance != "" {
		options = append(options, kgo.InstanceID(instance))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go consumeForEver(client)
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		if input.Text() == "close" {
			break
		}
		if err := client.CommitUncommittedOffsets(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, "commit:", err)
			os.Exit(1)
		}
		fmt.Println("committed")
	}
	client.Close()
	fmt.Println("closed")
}

func consumeForEver(client *kgo.Client) {
	for {
		fetches := client.PollFetches(context.Background())
		if fetches.IsClientClosed() {
			return
		}
		fetches.EachError(func(_ string, p int32, err error) { fmt.Fprintln(os.Stderr, p, err) })
		fetches.EachRecord(func(r *kgo.Record) { fmt.Println("record", r.Partition, r.Offset) })
	}
}
