// The Java client: Kafka's own.
//
// client: java
// offers: cluster create topics describe peek widen configs alter delete trim auto
// offers: partitioner refusals none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent timestamps headers null-headers null-values offsets
// offers: fetch times ranges
// offers: group:range group:cooperative group:static group:consumer group:pattern

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class KafkaClients {
    static final ObjectMapper JSON = new ObjectMapper();

    final Map<String, Object> servers;
    final Admin admin;
    final KafkaConsumer<byte[], byte[]> consumer;
    final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
    final Map<String, GroupMember> members = new HashMap<>();

    KafkaClients(String address) {
        servers = Map.of("bootstrap.servers", address, "reconnect.backoff.max.ms", 200);
        admin = Admin.create(new HashMap<>(servers));
        Map<String, Object> reading = new HashMap<>(servers);
        reading.putAll(Map.of("auto.offset.reset", "none", "enable.auto.commit", false, "fetch.max.wait.ms", 50));
        consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static byte[] bytes(JsonNode text) {
        return text.isNull() ? null : Base64.getDecoder().decode(text.asText());
    }

    static String text(byte[] data) {
        return data == null ? null : Base64.getEncoder().encodeToString(data);
    }

    static ObjectNode error(Throwable problem) {
        Throwable cause = problem instanceof ExecutionException ? problem.getCause() : problem;
        Errors known = Errors.forException(cause);
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode error = answer.putObject("error");
        boolean kafkas = known != Errors.UNKNOWN_SERVER_ERROR && known != Errors.NONE;
        error.put("code", kafkas ? Integer.valueOf(known.code()) : null);
        error.put("message", String.valueOf(cause));
        return answer;
    }

    ObjectNode answer(JsonNode words) throws Exception {
        ObjectNode answer = JSON.createObjectNode();
        String topic = words.path("topic").asText();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        switch (words.get("do").asText()) {
            case "cluster" -> {
                var said = admin.describeCluster();
                answer.put("cluster", said.clusterId().get()).put("controller", said.controller().get().id());
                ArrayNode nodes = answer.putArray("nodes");
                for (Node node : said.nodes().get()) {
                    nodes.addObject().put("id", node.id()).put("address", node.host() + ":" + node.port());
                }
            }
            case "create" -> {
                Map<String, String> configs = JSON.convertValue(words.get("configs"), JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
                NewTopic wanted = new NewTopic(topic, Optional.of(words.get("partitions").asInt()), Optional.empty()).configs(configs);
                admin.createTopics(List.of(wanted)).all().get();
            }
            case "topics" -> {
                ArrayNode topics = answer.putArray("topics");
                admin.listTopics().names().get().forEach(topics::add);
            }
            case "describe" -> {
                ArrayNode partitions = answer.putArray("partitions");
                for (var p : admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()) {
                    ObjectNode said = partitions.addObject().put("partition", p.partition()).put("leader", p.leader().id());
                    ArrayNode replicas = said.putArray("replicas");
                    p.replicas().forEach(node -> replicas.add(node.id()));
                    ArrayNode inSync = said.putArray("in_sync");
                    p.isr().forEach(node -> inSync.add(node.id()));
                }
            }
            case "widen" -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(words.get("partitions").asInt()))).all().get();
            case "configs" -> {
                ObjectNode configs = answer.putObject("configs");
                admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().forEach(entry -> configs.put(entry.name(), entry.value()));
            }
            case "alter" -> {
                List<AlterConfigOp> changes = new ArrayList<>();
                words.get("configs").fields().forEachRemaining(
                    field -> changes.add(new AlterConfigOp(new ConfigEntry(field.getKey(), field.getValue().asText()), AlterConfigOp.OpType.SET)));
                admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
            }
            case "delete" -> admin.deleteTopics(List.of(topic)).all().get();
            case "trim" -> {
                TopicPartition place = new TopicPartition(topic, words.get("partition").asInt());
                var before = RecordsToDelete.beforeOffset(words.get("before").asLong());
                KafkaFuture<?> done = admin.deleteRecords(Map.of(place, before)).lowWatermarks().get(place);
                answer.put("low_watermark", ((org.apache.kafka.clients.admin.DeletedRecords) done.get()).lowWatermark());
            }
            case "produce" -> produce(words, answer.putArray("records"));
            case "fetch" -> fetch(words, answer.putArray("records"));
            case "join" -> {
                GroupMember member = new GroupMember(servers, words);
                members.put(words.get("member").asText(), member);
                member.start();
            }
            case "look" -> {
                ObjectNode said = answer.putObject("members");
                members.forEach((name, member) -> said.putObject(name).put("assigned", member.assigned).put("read", member.count).put("trouble", member.trouble));
            }
            case "leave" -> {
                GroupMember member = members.remove(words.get("member").asText());
                member.leaving = true;
                member.join(30_000);
                answer.set("read", member.read);
            }
            default -> throw new IllegalArgumentException("no such command");
        }
        return answer;
    }

    KafkaProducer<byte[], byte[]> producer(JsonNode words) {
        Map<String, Object> settings = new HashMap<>(servers);
        settings.putAll(Map.of("compression.type", words.get("codec").asText(), "acks", words.get("acks").asText(), "enable.idempotence", words.get("idempotent").asBoolean(),
            "linger.ms", 5, "max.request.size", 2_000_000, "delivery.timeout.ms", 50_000, "request.timeout.ms", 20_000));
        return producers.computeIfAbsent(settings.toString(), key -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    void produce(JsonNode words, ArrayNode told) {
        KafkaProducer<byte[], byte[]> producer = producer(words);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (JsonNode r : words.get("records")) {
            List<Header> headers = new ArrayList<>();
            r.get("headers").forEach(header -> headers.add(new RecordHeader(header.get(0).asText(), bytes(header.get(1)))));
            Integer partition = r.get("partition").isNull() ? null : r.get("partition").asInt();
            Long timestamp = r.has("timestamp") ? r.get("timestamp").asLong() : null;
            sent.add(producer.send(new ProducerRecord<>(words.get("topic").asText(), partition, timestamp, bytes(r.get("key")), bytes(r.get("value")), headers)));
        }
        producer.flush();
        for (Future<RecordMetadata> future : sent) {
            try {
                RecordMetadata place = future.get();
                told.addObject().put("partition", place.partition()).put("offset", place.offset());
            } catch (InterruptedException | ExecutionException problem) {
                told.add(error(problem));
            }
        }
    }

    void fetch(JsonNode words, ArrayNode records) {
        TopicPartition place = new TopicPartition(words.get("topic").asText(), words.get("partition").asInt());
        int count = words.get("count").asInt();
        JsonNode from = words.get("from");
        consumer.assign(List.of(place));
        if (from.isObject()) {
            consumer.seek(place, consumer.offsetsForTimes(Map.of(place, from.get("time").asLong())).get(place).offset());
        } else if (from.isNumber()) {
            consumer.seek(place, from.asLong());
        } else if (from.asText().equals("end")) {
            consumer.seek(place, Math.max(0, consumer.endOffsets(List.of(place)).get(place) - count));
        } else {
            consumer.seekToBeginning(List.of(place));
        }
        long deadline = System.nanoTime() + words.get("timeout_ms").asLong() * 1_000_000;
        while (records.size() < count && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))).records(place)) {
                if (records.size() == count) break;
                ObjectNode said = records.addObject().put("offset", r.offset()).put("timestamp", r.timestamp()).put("key", text(r.key())).put("value", text(r.value()));
                ArrayNode headers = said.putArray("headers");
                r.headers().forEach(header -> headers.addArray().add(header.key()).add(text(header.value())));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        KafkaClients clients = new KafkaClients(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ObjectNode answer;
            try {
                answer = clients.answer(JSON.readTree(line));
            } catch (OffsetOutOfRangeException problem) {
                answer = error(Errors.OFFSET_OUT_OF_RANGE.exception(problem.getMessage()));
            } catch (Exception problem) {
                answer = error(problem);
            }
            System.out.println(JSON.writeValueAsString(answer));
        }
        System.exit(0);
    }
}
