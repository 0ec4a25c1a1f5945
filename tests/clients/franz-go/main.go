// The franz-go side of the client tests: franz-go BOOTSTRAP TOPIC SCENARIO…
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"leat/tests/clients/pattern"
)

const limit = 30 * time.Second

var compressions = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func main() {
	bootstrap, topic := os.Args[1], os.Args[2]
	for _, scenario := range os.Args[3:] {
		switch scenario {
		case "roundtrip":
			for _, codec := range pattern.Codecs {
				pattern.Test("roundtrip-"+codec, func() error {
					return roundtrip(bootstrap, topic+"-"+codec, codec)
				})
			}
		case "member":
			member(bootstrap, topic)
		case "worker":
			worker(bootstrap, topic)
		default:
			fmt.Fprintln(os.Stderr, "no scenario", scenario)
			os.Exit(2)
		}
	}
	pattern.Exit()
}

func roundtrip(bootstrap, topic, codec string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap))
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if _, err := admin.CreateTopic(ctx, pattern.Partitions, -1, nil, topic); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	pattern.Settle()
	base := pattern.BaseTime()
	if err := produce(ctx, bootstrap, topic, codec, base); err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	if err := consume(ctx, bootstrap, topic, codec, base); err != nil {
		return fmt.Errorf("consume: %w", err)
	}
	if err := offsets(ctx, admin, topic, base); err != nil {
		return fmt.Errorf("offsets: %w", err)
	}
	_, err = admin.DeleteTopic(ctx, topic)
	return err
}

func produce(ctx context.Context, bootstrap, topic, codec string, base time.Time) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(compressions[codec]))
	if err != nil {
		return err
	}
	defer client.Close()
	records := make([]*kgo.Record, pattern.Records)
	for i := range records {
		records[i] = &kgo.Record{Topic: topic, Partition: int32(i % pattern.Partitions),
			Timestamp: base.Add(time.Duration(i) * time.Millisecond),
			Key:       pattern.Key(i), Value: pattern.Value(i, codec)}
		for _, h := range pattern.Headers(i, codec) {
			records[i].Headers = append(records[i].Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
	}
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	for i, record := range records {
		if record.Offset != int64(i/pattern.Partitions) {
			return fmt.Errorf("record %d got offset %d", i, record.Offset)
		}
	}
	return nil
}

func consume(ctx context.Context, bootstrap, topic, codec string, base time.Time) error {
	start := map[int32]kgo.Offset{}
	for p := range int32(pattern.Partitions) {
		start[p] = kgo.NewOffset().AtStart()
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: start}))
	if err != nil {
		return err
	}
	defer client.Close()
	var next [pattern.Partitions]int64
	for read := 0; read < pattern.Records; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("after %d records: %w", read, err)
		}
		for _, record := range fetches.Records() {
			if record.Offset != next[record.Partition] {
				return fmt.Errorf("offset %d where %d is next", record.Offset, next[record.Partition])
			}
			next[record.Partition]++
			read++
			if err := check(record, codec, base); err != nil {
				return err
			}
		}
	}
	return nil
}

func check(record *kgo.Record, codec string, base time.Time) error {
	var headers []pattern.Header
	for _, h := range record.Headers {
		headers = append(headers, pattern.Header{Key: h.Key, Value: h.Value})
	}
	return pattern.Check(int(record.Partition), record.Offset, codec, base, record.Timestamp,
		record.Key, record.Value, headers)
}

func offsets(ctx context.Context, admin *kadm.Client, topic string, base time.Time) error {
	starts, err := admin.ListStartOffsets(ctx, topic)
	if err != nil {
		return err
	}
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err != nil {
		return err
	}
	at, err := admin.ListOffsetsAfterMilli(ctx, base.UnixMilli()+5_000, topic)
	if err != nil {
		return err
	}
	for p := range pattern.Partitions {
		for _, wanted := range []struct {
			name   string
			listed kadm.ListedOffsets
			offset int64
		}{
			{"begin", starts, 0}, {"end", ends, pattern.End(p)}, {"by time", at, pattern.OffsetAt(p, 5_000)},
		} {
			got, ok := wanted.listed.Lookup(topic, int32(p))
			if !ok || got.Err != nil || got.Offset != wanted.offset {
				return fmt.Errorf("%s of partition %d: expected %d, got %+v", wanted.name, p, wanted.offset, got)
			}
		}
	}
	return nil
}
