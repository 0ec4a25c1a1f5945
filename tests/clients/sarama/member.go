package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

// groupMember is one member of a group, driven by groups.py through stdin and stdout.
type groupMember struct {
	topic   string
	mu      sync.Mutex
	session sarama.ConsumerGroupSession
}

func (g *groupMember) Setup(session sarama.ConsumerGroupSession) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.session = session
	partitions := fmt.Sprint(session.Claims()[g.topic])
	fmt.Println("assigned", strings.ReplaceAll(strings.Trim(partitions, "[]"), " ", ","))
	return nil
}

func (g *groupMember) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (g *groupMember) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case m, ok := <-claim.Messages():
			if !ok {
				return nil
			}
			fmt.Println("record", m.Partition, m.Offset)
			session.MarkMessage(m, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

func (g *groupMember) commit() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.session.Commit()
	fmt.Println("committed")
}

func member(bootstrap, topic string) {
	config := sarama.NewConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Group.InstanceId = os.Getenv("INSTANCE")
	group, err := sarama.NewConsumerGroup([]string{bootstrap}, os.Getenv("GROUP"), config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	handler := &groupMember{topic: topic}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := group.Consume(ctx, []string{topic}, handler); err != nil {
				fmt.Fprintln(os.Stderr, "consume:", err)
				time.Sleep(100 * time.Millisecond)
			}
		}
	}()
	for input := bufio.NewScanner(os.Stdin); input.Scan() && input.Text() == "commit"; {
		handler.commit()
	}
	stop()
	<-done
	if err := group.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "close:", err)
	}
	fmt.Println("closed")
}
