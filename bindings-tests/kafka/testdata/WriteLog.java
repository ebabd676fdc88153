// Writes what testdata/README.md describes into topic "written" of the broker given. The second argument is the part:
// before or after the broker's restart.
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public final class WriteLog {
    private static final String TOPIC = "written";
    private static long timestamp = 1_700_000_000_000L;

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> record(String key, String value) {
        return new ProducerRecord<>(TOPIC, 0, timestamp += 7, bytes(key), bytes(value));
    }

    private static KafkaProducer<byte[], byte[]> producer(String servers, Map<String, Object> more) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers);
        properties.put("linger.ms", 60_000);  // flush() makes the batches
        properties.putAll(more);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void oneBatchEach(String servers) {
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            try (var producer = producer(servers, Map.of("compression.type", compression, "enable.idempotence", false))) {
                for (int i = 0; i < 3; ++i) producer.send(record("key-" + i, compression + "-" + "otter ".repeat(20) + i));
                producer.send(record(null, null));
                var headers = record("with-headers", "");
                headers.headers().add(new RecordHeader("trace", bytes("abc"))).add(new RecordHeader("none", null));
                producer.send(headers);
                producer.flush();
            }
        }
    }

    private static void idempotent(String servers, int batches) {
        try (var producer = producer(servers, Map.of("enable.idempotence", true))) {
            for (int i = 0; i < batches; ++i) {
                producer.send(record("key-" + i % 3, "idempotent-" + i));
                producer.send(record("key-" + i % 3, "x".repeat(700)));
                producer.flush();
            }
        }
    }

    private static void transactions(String servers) {
        try (var producer = producer(servers, Map.of("transactional.id", "writer"))) {
            producer.initTransactions();
            for (boolean commit : List.of(true, false, true, false)) {
                producer.beginTransaction();
                producer.send(record("key-0", commit ? "committed" : "aborted"));
                producer.flush();
                producer.send(record("key-1", commit ? "committed" : "aborted"));
                if (commit) producer.commitTransaction(); else producer.abortTransaction();
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        String servers = arguments[0];
        if (arguments[1].equals("before")) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
                var topic = new NewTopic(TOPIC, 1, (short) 1);
                topic.configs(Map.of("internal.segment.bytes", "8192", "index.interval.bytes", "1024"));
                admin.createTopics(List.of(topic)).all().get();
            }
            oneBatchEach(servers);
            idempotent(servers, 8);
            transactions(servers);
        } else {
            timestamp += 1_000_000;
            idempotent(servers, 3);
            transactions(servers);
        }
    }
}
