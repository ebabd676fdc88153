// franz-go, with its admin package.
//
// client: franz-go
// offers: cluster create topics describe peek widen configs alter delete trim auto
// offers: partitioner refusals none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent timestamps headers null-headers null-values offsets
// offers: fetch times ranges
// offers: group:range group:cooperative group:static
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"ottla.test/drivers/driver"
)

var (
	ctx       = context.Background()
	servers   = kgo.SeedBrokers(os.Args[1])
	producers = map[string]*kgo.Client{}
)

func made(options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(options, servers, kgo.MetadataMinAge(50*time.Millisecond))...)
	if err != nil {
		panic(err)
	}
	return client
}

var admin = kadm.NewClient(made())

func codeOf(err error) any {
	var kafkas *kerr.Error
	if errors.As(err, &kafkas) {
		return kafkas.Code
	}
	return nil
}

func cluster() (driver.Words, error) {
	said, err := admin.BrokerMetadata(ctx)
	nodes := []driver.Words{}
	for _, node := range said.Brokers {
		nodes = append(nodes, driver.Words{"id": node.NodeID, "address": fmt.Sprintf("%s:%d", node.Host, node.Port)})
	}
	return driver.Words{"cluster": said.Cluster, "controller": said.Controller, "nodes": nodes}, err
}

func describe(topic string) (driver.Words, error) {
	said, err := admin.ListTopics(ctx, topic)
	if err == nil {
		err = said.Error()
	}
	partitions := []driver.Words{}
	for _, p := range said[topic].Partitions.Sorted() {
		partitions = append(partitions, driver.Words{"partition": p.Partition, "leader": p.Leader, "replicas": p.Replicas, "in_sync": p.ISR})
	}
	return driver.Words{"partitions": partitions}, err
}

func settings(topic string) (driver.Words, error) {
	said, err := admin.DescribeTopicConfigs(ctx, topic)
	configs := map[string]*string{}
	for _, resource := range said {
		err = errors.Join(err, resource.Err)
		for _, config := range resource.Configs {
			configs[config.Key] = config.Value
		}
	}
	return driver.Words{"configs": configs}, err
}

func pointers(configs map[string]string) map[string]*string {
	all := map[string]*string{}
	for name, value := range configs {
		all[name] = &value
	}
	return all
}

func alter(topic string, configs map[string]string) error {
	var changes []kadm.AlterConfig
	for name, value := range pointers(configs) {
		changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: value})
	}
	said, err := admin.AlterTopicConfigs(ctx, changes, topic)
	for _, resource := range said {
		err = errors.Join(err, resource.Err)
	}
	return err
}

func trim(command driver.Command) (driver.Words, error) {
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{Topic: command.Topic, Partition: command.Partition, At: command.Before})
	said, err := admin.DeleteRecords(ctx, offsets)
	if err == nil {
		err = said.Error()
	}
	return driver.Words{"low_watermark": said[command.Topic][command.Partition].LowWatermark}, err
}

// placed keeps to a record's partition where one is asked for.
func placed() kgo.Partitioner {
	byKey := kgo.StickyKeyPartitioner(nil)
	return kgo.BasicConsistentPartitioner(func(topic string) func(*kgo.Record, int) int {
		keyed := byKey.ForTopic(topic)
		return func(record *kgo.Record, count int) int {
			if record.Partition >= 0 {
				return int(record.Partition)
			}
			return keyed.Partition(record, count)
		}
	})
}

func producer(command driver.Command) *kgo.Client {
	key := fmt.Sprint(command.Codec, command.Acks, command.Idempotent)
	if producers[key] == nil {
		codec := map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}[command.Codec]
		acks := map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}[command.Acks]
		options := []kgo.Opt{kgo.ProducerBatchCompression(codec), kgo.RequiredAcks(acks), kgo.RecordPartitioner(placed()), kgo.AllowAutoTopicCreation(), kgo.ProducerBatchMaxBytes(1048576)}
		if !command.Idempotent {
			options = append(options, kgo.DisableIdempotentWrite())
		}
		producers[key] = made(options...)
	}
	return producers[key]
}

func produce(command driver.Command) (driver.Words, error) {
	told := make([]driver.Words, len(command.Records))
	var delivered sync.WaitGroup
	client := producer(command)
	timed, cancel := context.WithTimeout(ctx, 50*time.Second)
	defer cancel()
	for i, r := range command.Records {
		record := &kgo.Record{Topic: command.Topic, Partition: -1, Key: r.Key, Value: r.Value}
		if r.Partition != nil {
			record.Partition = *r.Partition
		}
		if r.Timestamp != nil {
			record.Timestamp = time.UnixMilli(*r.Timestamp)
		}
		for _, header := range r.Headers {
			record.Headers = append(record.Headers, kgo.RecordHeader(header))
		}
		delivered.Add(1)
		client.Produce(timed, record, func(sent *kgo.Record, err error) {
			told[i] = driver.Told(sent.Partition, sent.Offset, err, codeOf)
			delivered.Done()
		})
	}
	delivered.Wait()
	return driver.Words{"records": told}, nil
}

func start(command driver.Command) (kgo.Offset, error) {
	from := command.From
	switch {
	case from.Time != nil:
		return kgo.NewOffset().AfterMilli(*from.Time), nil
	case from.Offset != nil:
		return kgo.NewOffset().At(*from.Offset), nil
	case from.Word == "end":
		return kgo.NewOffset().AtEnd().Relative(-int64(command.Count)), nil
	}
	return kgo.NewOffset().AtStart(), nil
}

func fetch(command driver.Command) (driver.Words, error) {
	at, err := start(command)
	if err != nil {
		return nil, err
	}
	consumer := made(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{command.Topic: {command.Partition: at}}), kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.FetchMaxWait(20*time.Second))
	defer consumer.Close()
	timed, cancel := context.WithTimeout(ctx, time.Duration(command.TimeoutMs)*time.Millisecond)
	defer cancel()
	records := []driver.Record{}
	for len(records) < command.Count && timed.Err() == nil {
		fetches := consumer.PollRecords(timed, command.Count-len(records))
		for _, problem := range fetches.Errors() {
			if !errors.Is(problem.Err, context.DeadlineExceeded) {
				return nil, problem.Err
			}
		}
		for _, r := range fetches.Records() {
			headers := []driver.Header{}
			for _, header := range r.Headers {
				headers = append(headers, driver.Header(header))
			}
			when := r.Timestamp.UnixMilli()
			records = append(records, driver.Record{Offset: r.Offset, Key: r.Key, Value: r.Value, Headers: headers, Timestamp: &when})
		}
	}
	return driver.Words{"records": records}, nil
}

// member is one of a group: it reads, commits what it read, and notes both.
type member struct {
	client   *kgo.Client
	leaving  context.CancelFunc
	left     chan struct{}
	lock     sync.Mutex
	assigned int
	read     [][3]any
	trouble  any
}

var members = map[string]*member{}

func (m *member) count(by int) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
		m.lock.Lock()
		defer m.lock.Unlock()
		for _, partitions := range topics {
			m.assigned += by * len(partitions)
		}
	}
}

func join(command driver.Command) {
	m := &member{left: make(chan struct{})}
	balancer := kgo.Balancers(kgo.RangeBalancer())
	if command.Kind == "cooperative" {
		balancer = kgo.Balancers(kgo.CooperativeStickyBalancer())
	}
	options := []kgo.Opt{balancer, kgo.ConsumerGroup(command.Group), kgo.ConsumeTopics(command.Topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.FetchMaxWait(50 * time.Millisecond), kgo.SessionTimeout(6 * time.Second), kgo.HeartbeatInterval(300 * time.Millisecond),
		kgo.OnPartitionsAssigned(m.count(1)), kgo.OnPartitionsRevoked(m.count(-1)), kgo.OnPartitionsLost(m.count(-1))}
	if command.Kind == "static" {
		options = append(options, kgo.InstanceID(command.Member))
	}
	m.client = made(options...)
	timed, cancel := context.WithCancel(ctx)
	m.leaving = cancel
	members[command.Member] = m
	go m.run(timed)
}

func (m *member) run(timed context.Context) {
	defer close(m.left)
	for timed.Err() == nil {
		polled, cancel := context.WithTimeout(timed, 100*time.Millisecond)
		fetches := m.client.PollFetches(polled)
		cancel()
		records := fetches.Records()
		if len(records) > 0 {
			committed := m.client.CommitRecords(ctx, records...) == nil
			m.lock.Lock()
			for _, r := range records {
				m.read = append(m.read, [3]any{r.Partition, r.Offset, committed})
			}
			m.lock.Unlock()
		}
		m.client.AllowRebalance()
	}
	m.client.Close()
}

func look() driver.Words {
	said := driver.Words{}
	for name, m := range members {
		m.lock.Lock()
		said[name] = driver.Words{"assigned": m.assigned, "read": len(m.read), "trouble": m.trouble}
		m.lock.Unlock()
	}
	return driver.Words{"members": said}
}

func leave(name string) driver.Words {
	m := members[name]
	delete(members, name)
	m.leaving()
	<-m.left
	read := m.read
	if read == nil {
		read = [][3]any{}
	}
	return driver.Words{"read": read}
}

func answer(command driver.Command) (driver.Words, error) {
	topic := command.Topic
	switch command.Do {
	case "cluster":
		return cluster()
	case "create":
		_, err := admin.CreateTopic(ctx, command.Partitions, 1, pointers(command.Configs), topic)
		return nil, err
	case "topics":
		said, err := admin.ListTopics(ctx)
		return driver.Words{"topics": said.Names()}, err
	case "describe":
		return describe(topic)
	case "join":
		join(command)
		return nil, nil
	case "look":
		return look(), nil
	case "leave":
		return leave(command.Member), nil
	case "widen":
		said, err := admin.UpdatePartitions(ctx, int(command.Partitions), topic)
		return nil, errors.Join(err, said.Error())
	case "configs":
		return settings(topic)
	case "alter":
		return nil, alter(topic, command.Configs)
	case "delete":
		_, err := admin.DeleteTopic(ctx, topic)
		return nil, err
	case "trim":
		return trim(command)
	case "produce":
		return produce(command)
	case "fetch":
		return fetch(command)
	}
	return nil, fmt.Errorf("no command %q", command.Do)
}

func main() { driver.Serve(answer, codeOf) }
