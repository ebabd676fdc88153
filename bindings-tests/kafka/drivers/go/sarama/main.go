// sarama, an older Go client.
//
// client: sarama
// offers: cluster create topics describe peek widen configs alter delete trim auto
// offers: partitioner refusals none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent timestamps headers null-headers null-values offsets
// offers: fetch times ranges
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/IBM/sarama"

	"ottla.test/drivers/driver"
)

var (
	servers   = []string{os.Args[1]}
	admin     sarama.ClusterAdmin
	client    sarama.Client
	consumer  sarama.Consumer
	producers = map[string]sarama.SyncProducer{}
)

func settings() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.Consumer.MaxWaitTime = 50 * time.Millisecond // what is parked holds up whoever reads next
	config.Metadata.Retry.Max = 10
	return config
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func codeOf(err error) any {
	var kafkas sarama.KError
	var topic *sarama.TopicError
	var partitions *sarama.TopicPartitionError
	var configs *sarama.AlterConfigError
	var described *sarama.DescribeConfigError
	switch {
	case errors.As(err, &kafkas):
	case errors.As(err, &topic):
		kafkas = topic.Err
	case errors.As(err, &partitions):
		kafkas = partitions.Err
	case errors.As(err, &configs):
		kafkas = configs.Err
	case errors.As(err, &described):
		kafkas = described.Err
	}
	if kafkas > 0 {
		return int(kafkas)
	}
	return nil
}

func cluster() (driver.Words, error) {
	brokers, controller, err := admin.DescribeCluster()
	nodes := []driver.Words{}
	for _, node := range brokers {
		nodes = append(nodes, driver.Words{"id": node.ID(), "address": node.Addr()})
	}
	return driver.Words{"controller": controller, "nodes": nodes}, err
}

func describe(topic string) (driver.Words, error) {
	said, err := admin.DescribeTopics([]string{topic})
	if err != nil {
		return nil, err
	}
	if said[0].Err != sarama.ErrNoError {
		return nil, said[0].Err
	}
	partitions := []driver.Words{}
	for _, p := range said[0].Partitions {
		partitions = append(partitions, driver.Words{"partition": p.ID, "leader": p.Leader, "replicas": p.Replicas, "in_sync": p.Isr})
	}
	return driver.Words{"partitions": partitions}, nil
}

func create(command driver.Command) error {
	configs := map[string]*string{}
	for name, value := range command.Configs {
		configs[name] = &value
	}
	return admin.CreateTopic(command.Topic, &sarama.TopicDetail{NumPartitions: command.Partitions, ReplicationFactor: 1, ConfigEntries: configs}, false)
}

func described(topic string) (driver.Words, error) {
	said, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: topic})
	configs := map[string]string{}
	for _, entry := range said {
		configs[entry.Name] = entry.Value
	}
	return driver.Words{"configs": configs}, err
}

func alter(topic string, configs map[string]string) error {
	changes := map[string]sarama.IncrementalAlterConfigsEntry{}
	for name, value := range configs {
		changes[name] = sarama.IncrementalAlterConfigsEntry{Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &value}
	}
	return admin.IncrementalAlterConfig(sarama.TopicResource, topic, changes, false)
}

// byKey or by hand: a record whose partition is asked for carries it.
type placed struct{ byKey sarama.Partitioner }

func (p placed) Partition(message *sarama.ProducerMessage, count int32) (int32, error) {
	if wanted, asked := message.Metadata.(*int32); asked && wanted != nil {
		return *wanted, nil
	}
	return p.byKey.Partition(message, count)
}

func (p placed) RequiresConsistency() bool { return true }

func producer(command driver.Command) (sarama.SyncProducer, error) {
	key := fmt.Sprint(command.Codec, command.Acks, command.Idempotent)
	if producers[key] != nil {
		return producers[key], nil
	}
	config := settings()
	config.Producer.Return.Successes = true
	config.Producer.MaxMessageBytes = 2_000_000
	config.Producer.Retry.Max = 200
	config.Producer.Flush.Frequency = 5 * time.Millisecond
	config.Producer.Partitioner = func(topic string) sarama.Partitioner { return placed{sarama.NewHashPartitioner(topic)} }
	config.Producer.Compression = map[string]sarama.CompressionCodec{"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy, "lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}[command.Codec]
	config.Producer.RequiredAcks = map[string]sarama.RequiredAcks{"0": sarama.NoResponse, "1": sarama.WaitForLocal, "all": sarama.WaitForAll}[command.Acks]
	if command.Idempotent {
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
	}
	made, err := sarama.NewSyncProducer(servers, config)
	if err == nil {
		producers[key] = made
	}
	return made, err
}

func encoded(data []byte) sarama.Encoder {
	if data == nil {
		return nil
	}
	return sarama.ByteEncoder(data)
}

func produce(command driver.Command) (driver.Words, error) {
	sender, err := producer(command)
	if err != nil {
		return nil, err
	}
	messages := []*sarama.ProducerMessage{}
	for _, r := range command.Records {
		message := &sarama.ProducerMessage{Topic: command.Topic, Key: encoded(r.Key), Value: encoded(r.Value), Metadata: r.Partition}
		if r.Timestamp != nil {
			message.Timestamp = time.UnixMilli(*r.Timestamp)
		}
		for _, header := range r.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(header.Key), Value: header.Value})
		}
		messages = append(messages, message)
	}
	failed := map[*sarama.ProducerMessage]error{}
	var problems sarama.ProducerErrors
	if err := sender.SendMessages(messages); errors.As(err, &problems) {
		for _, problem := range problems {
			failed[problem.Msg] = problem.Err
		}
	} else if err != nil {
		return nil, err
	}
	told := []driver.Words{}
	for _, message := range messages {
		told = append(told, driver.Told(message.Partition, message.Offset, failed[message], codeOf))
	}
	return driver.Words{"records": told}, nil
}

func start(command driver.Command) (int64, error) {
	from := command.From
	switch {
	case from.Time != nil:
		return client.GetOffset(command.Topic, command.Partition, *from.Time)
	case from.Offset != nil:
		return *from.Offset, nil
	case from.Word == "end":
		end, err := client.GetOffset(command.Topic, command.Partition, sarama.OffsetNewest)
		return max(0, end-int64(command.Count)), err
	}
	return sarama.OffsetOldest, nil
}

func fetch(command driver.Command) (driver.Words, error) {
	at, err := start(command)
	if err != nil {
		return nil, err
	}
	source, err := consumer.ConsumePartition(command.Topic, command.Partition, at)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	records := []driver.Record{}
	late := time.After(time.Duration(command.TimeoutMs) * time.Millisecond)
	for len(records) < command.Count {
		select {
		case r := <-source.Messages():
			headers := []driver.Header{}
			for _, header := range r.Headers {
				headers = append(headers, driver.Header{Key: string(header.Key), Value: header.Value})
			}
			when := r.Timestamp.UnixMilli()
			records = append(records, driver.Record{Offset: r.Offset, Key: r.Key, Value: r.Value, Headers: headers, Timestamp: &when})
		case <-late:
			return driver.Words{"records": records}, nil
		}
	}
	return driver.Words{"records": records}, nil
}

func answer(command driver.Command) (driver.Words, error) {
	topic := command.Topic
	switch command.Do {
	case "cluster":
		return cluster()
	case "create":
		return nil, create(command)
	case "topics":
		said, err := admin.ListTopics()
		names := []string{}
		for name := range said {
			names = append(names, name)
		}
		return driver.Words{"topics": names}, err
	case "describe":
		return describe(topic)
	case "widen":
		return nil, admin.CreatePartitions(topic, command.Partitions, nil, false)
	case "configs":
		return described(topic)
	case "alter":
		return nil, alter(topic, command.Configs)
	case "delete":
		return nil, admin.DeleteTopic(topic)
	case "trim":
		return nil, admin.DeleteRecords(topic, map[int32]int64{command.Partition: command.Before})
	case "produce":
		return produce(command)
	case "fetch":
		return fetch(command)
	}
	return nil, fmt.Errorf("no command %q", command.Do)
}

func main() {
	var err error
	admin, err = sarama.NewClusterAdmin(servers, settings())
	must(err)
	client, err = sarama.NewClient(servers, settings())
	must(err)
	consumer, err = sarama.NewConsumerFromClient(client)
	must(err)
	driver.Serve(answer, codeOf)
}
