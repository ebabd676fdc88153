// Transactions of the Java client: the commands of ../README.md, "Transactions".

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class KafkaTransactions {
    static final ObjectMapper JSON = new ObjectMapper();

    final Map<String, Object> servers;
    final Map<String, KafkaProducer<String, String>> producers = new HashMap<>();

    KafkaTransactions(String address) {
        servers = Map.of("bootstrap.servers", address, "reconnect.backoff.max.ms", 200);
    }

    static ObjectNode error(Throwable problem) {
        Throwable cause = problem instanceof ExecutionException ? problem.getCause() : problem;
        Errors known = Errors.forException(cause);
        for (Throwable at = cause; known == Errors.UNKNOWN_SERVER_ERROR && at != null; at = at.getCause()) known = Errors.forException(at);
        ObjectNode answer = JSON.createObjectNode();
        boolean kafkas = known != Errors.UNKNOWN_SERVER_ERROR && known != Errors.NONE;
        answer.putObject("error").put("code", kafkas ? Integer.valueOf(known.code()) : null).put("message", String.valueOf(cause));
        return answer;
    }

    KafkaProducer<String, String> init(String name, String id, int timeoutMs) {
        Map<String, Object> settings = new HashMap<>(servers);
        settings.putAll(Map.of("transactional.id", id, "transaction.timeout.ms", timeoutMs, "linger.ms", 0));
        KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        producers.put(name, producer);
        producer.initTransactions();
        return producer;
    }

    KafkaConsumer<String, String> consumer(String group, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(servers);
        settings.putAll(Map.of("group.id", group, "enable.auto.commit", false, "auto.offset.reset", "earliest", "fetch.max.wait.ms", 50, "isolation.level", "read_committed"));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    static void send(KafkaProducer<String, String> producer, String topic, int partition, JsonNode values) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        values.forEach(value -> sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value.asText()))));
        producer.flush();
        for (Future<RecordMetadata> future : sent) future.get();
    }

    void read(TopicPartition place, int count, boolean committed, int timeoutMs, ArrayNode values) {
        try (KafkaConsumer<String, String> consumer = consumer("unused", Map.of("isolation.level", committed ? "read_committed" : "read_uncommitted"))) {
            consumer.assign(List.of(place));
            consumer.seek(place, 0);
            long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) values.add(record.value());
            }
        }
    }

    // Copies records, each exactly once, until it is killed; a member of a group, whose place is committed in its transactions.
    void work(String source, String target, String group, String id) {
        try (KafkaConsumer<String, String> reader = consumer(group, Map.of("group.instance.id", id, "session.timeout.ms", 6000, "max.poll.records", 25))) {
            KafkaProducer<String, String> writer = init("work", id, 10_000);
            reader.subscribe(List.of(source));
            while (true) {
                Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
                var records = reader.poll(Duration.ofMillis(100));
                if (records.isEmpty()) continue;
                writer.beginTransaction();
                for (ConsumerRecord<String, String> record : records) {
                    writer.send(new ProducerRecord<>(target, record.partition(), null, record.value()));
                    places.put(new TopicPartition(source, record.partition()), new OffsetAndMetadata(record.offset() + 1));
                }
                writer.sendOffsetsToTransaction(places, reader.groupMetadata());
                writer.commitTransaction();
            }
        }
    }

    ObjectNode answer(JsonNode words) throws Exception {
        ObjectNode answer = JSON.createObjectNode();
        String name = words.path("name").asText();
        String topic = words.path("topic").asText();
        int partition = words.path("partition").asInt();
        TopicPartition place = new TopicPartition(topic, partition);
        KafkaProducer<String, String> producer = producers.get(name);
        switch (words.get("do").asText()) {
            case "init" -> init(name, words.get("id").asText(), words.get("timeout_ms").asInt());
            case "begin" -> producer.beginTransaction();
            case "send" -> send(producer, topic, partition, words.get("values"));
            case "offsets" -> {
                try (KafkaConsumer<String, String> source = consumer(words.get("group").asText(), Map.of())) {
                    producer.sendOffsetsToTransaction(Map.of(place, new OffsetAndMetadata(words.get("offset").asLong())), source.groupMetadata());
                }
            }
            case "end" -> {
                if (words.get("commit").asBoolean()) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
            case "read" -> read(place, words.get("count").asInt(), words.get("committed").asBoolean(), words.get("timeout_ms").asInt(), answer.putArray("values"));
            case "committed" -> {
                try (KafkaConsumer<String, String> source = consumer(words.get("group").asText(), Map.of())) {
                    OffsetAndMetadata told = source.committed(Set.of(place)).get(place);
                    answer.put("offset", told == null ? null : told.offset());
                }
            }
            case "work" -> work(words.get("source").asText(), words.get("target").asText(), words.get("group").asText(), words.get("id").asText());
            default -> throw new IllegalArgumentException("no such command");
        }
        return answer;
    }

    public static void main(String[] arguments) throws Exception {
        KafkaTransactions clients = new KafkaTransactions(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ObjectNode answer;
            try {
                answer = clients.answer(JSON.readTree(line));
            } catch (Exception problem) {
                answer = error(problem);
            }
            System.out.println(JSON.writeValueAsString(answer));
        }
        System.exit(0);
    }
}
