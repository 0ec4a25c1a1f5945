// The sarama side of the client tests: sarama BOOTSTRAP TOPIC SCENARIO…
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/IBM/sarama"

	"leat/tests/clients/pattern"
)

const limit = 30 * time.Second

var compressions = map[string]sarama.CompressionCodec{
	"none":   sarama.CompressionNone,
	"gzip":   sarama.CompressionGZIP,
	"snappy": sarama.CompressionSnappy,
	"lz4":    sarama.CompressionLZ4,
	"zstd":   sarama.CompressionZSTD,
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
		default:
			fmt.Fprintln(os.Stderr, "no scenario", scenario)
			os.Exit(2)
		}
	}
	pattern.Exit()
}

func roundtrip(bootstrap, topic, codec string) error {
	brokers := []string{bootstrap}
	admin, err := sarama.NewClusterAdmin(brokers, sarama.NewConfig())
	if err != nil {
		return err
	}
	defer admin.Close()
	detail := &sarama.TopicDetail{NumPartitions: pattern.Partitions, ReplicationFactor: 1}
	if err := admin.CreateTopic(topic, detail, false); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	pattern.Settle()
	base := pattern.BaseTime()
	if err := produce(brokers, topic, codec, base); err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	for p := range pattern.Partitions {
		if err := consume(brokers, topic, p, codec, base); err != nil {
			return fmt.Errorf("consume: %w", err)
		}
	}
	if err := offsets(brokers, topic, base); err != nil {
		return fmt.Errorf("offsets: %w", err)
	}
	return admin.DeleteTopic(topic)
}

func produce(brokers []string, topic, codec string, base time.Time) error {
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true // the synchronous producer insists
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Compression = compressions[codec]
	producer, err := sarama.NewSyncProducer(brokers, config)
	if err != nil {
		return err
	}
	defer producer.Close()
	messages := make([]*sarama.ProducerMessage, pattern.Records)
	for i := range messages {
		messages[i] = message(topic, i, codec, base)
	}
	if err := producer.SendMessages(messages); err != nil {
		return err
	}
	for i, m := range messages {
		if m.Offset != int64(i/pattern.Partitions) {
			return fmt.Errorf("record %d got offset %d", i, m.Offset)
		}
	}
	return nil
}

func message(topic string, i int, codec string, base time.Time) *sarama.ProducerMessage {
	m := &sarama.ProducerMessage{Topic: topic, Partition: int32(i % pattern.Partitions),
		Timestamp: base.Add(time.Duration(i) * time.Millisecond)}
	if key := pattern.Key(i); key != nil {
		m.Key = sarama.ByteEncoder(key)
	}
	if value := pattern.Value(i, codec); value != nil {
		m.Value = sarama.ByteEncoder(value)
	}
	for _, h := range pattern.Headers(i, codec) {
		m.Headers = append(m.Headers, sarama.RecordHeader{Key: []byte(h.Key), Value: h.Value})
	}
	return m
}

func consume(brokers []string, topic string, partition int, codec string, base time.Time) error {
	consumer, err := sarama.NewConsumer(brokers, sarama.NewConfig())
	if err != nil {
		return err
	}
	defer consumer.Close()
	stream, err := consumer.ConsumePartition(topic, int32(partition), sarama.OffsetOldest)
	if err != nil {
		return err
	}
	defer stream.Close()
	deadline := time.After(limit)
	for next := int64(0); next < pattern.End(partition); next++ {
		select {
		case m := <-stream.Messages():
			if m.Offset != next {
				return fmt.Errorf("offset %d where %d is next", m.Offset, next)
			}
			var headers []pattern.Header
			for _, h := range m.Headers {
				headers = append(headers, pattern.Header{Key: string(h.Key), Value: h.Value})
			}
			if err := pattern.Check(partition, m.Offset, codec, base, m.Timestamp, m.Key, m.Value, headers); err != nil {
				return err
			}
		case <-deadline:
			return fmt.Errorf("only %d records of partition %d came back", next, partition)
		}
	}
	return nil
}

func offsets(brokers []string, topic string, base time.Time) error {
	client, err := sarama.NewClient(brokers, sarama.NewConfig())
	if err != nil {
		return err
	}
	defer client.Close()
	for p := range pattern.Partitions {
		for _, wanted := range []struct {
			name         string
			time, offset int64
		}{
			{"begin", sarama.OffsetOldest, 0},
			{"end", sarama.OffsetNewest, pattern.End(p)},
			{"by time", base.UnixMilli() + 5_000, pattern.OffsetAt(p, 5_000)},
		} {
			got, err := client.GetOffset(topic, int32(p), wanted.time)
			if err != nil || got != wanted.offset {
				return fmt.Errorf("%s of partition %d: expected %d, got %d %v", wanted.name, p, wanted.offset, got, err)
			}
		}
	}
	return nil
}
